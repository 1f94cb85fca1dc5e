/** A cell to be read. */
export interface IPreviewCell {
  kind: 'markdown' | 'code';
  source: string;
  outputs: IPreviewOutput[];
}

/** What a cell gave: text, or a picture as a `data:` address with what it shows as text. */
export interface IPreviewOutput {
  text: string;
  image?: string;
}

const BASE64 = /^[A-Za-z0-9+/=\s]+$/;
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

/** The cells of a notebook without anything that could run: texts and bitmaps only. */
export function previewOf(text: string): IPreviewCell[] {
  const { cells } = asObject(JSON.parse(text));
  return list(cells).map(item => {
    const cell = asObject(item);
    return {
      kind: cell.cell_type === 'markdown' ? 'markdown' : 'code',
      source: joined(cell.source),
      outputs: list(cell.outputs).map(output)
    };
  });
}

/**
 * The text of a notebook for a copy of one's own: on this kernel, and trusted
 * in nothing, so that what others put into its outputs does not run.
 */
export function copyFor(
  text: string,
  kernel: { name: string; display_name?: string }
): unknown {
  const notebook = asObject(JSON.parse(text));
  const metadata = asObject(notebook.metadata);
  const cells = list(notebook.cells).map(item => {
    const cell = asObject(item);
    const kept = { ...asObject(cell.metadata) };
    delete kept.trusted;
    return { ...cell, metadata: kept };
  });
  const spec = asObject(metadata.kernelspec);
  return {
    ...notebook,
    cells,
    metadata: { ...metadata, kernelspec: { ...spec, ...kernel } }
  };
}

function output(value: unknown): IPreviewOutput {
  const found = asObject(value);
  const data = asObject(found.data);
  const text = joined(
    found.text ?? data['text/plain'] ?? found.traceback
  ).replace(COLOUR, '');
  for (const type of ['image/png', 'image/jpeg']) {
    const image = joined(data[type]);
    if (BASE64.test(image)) {
      return { text, image: `data:${type};base64,${image}` };
    }
  }
  return { text };
}

function joined(value: unknown): string {
  return Array.isArray(value)
    ? value.map(String).join('')
    : String(value ?? '');
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
