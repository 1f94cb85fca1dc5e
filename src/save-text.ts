/** Let the browser save *text* as a file. */
export function saveText(fileName: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = fileName;
  anchor.click();
  // The browser has read the address when its turn is over.
  setTimeout(() => URL.revokeObjectURL(url));
}
