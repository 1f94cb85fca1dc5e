/** Let the browser save *text* as a file. */
export function saveText(fileName: string, text: string): void {
  saveBlob(fileName, new Blob([text], { type: 'text/plain' }));
}

/** Let the browser save *content* as a file. */
export function saveBlob(fileName: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  download(url, fileName);
  // The browser has read the address when its turn is over.
  setTimeout(() => URL.revokeObjectURL(url));
}

/** Let the browser save what is at *url*; without a name, under the one that the server gives. */
export function download(url: string, fileName = ''): void {
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = fileName;
  anchor.click();
}
