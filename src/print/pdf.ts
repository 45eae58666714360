/** PDF by typst, with the letters that are used embedded. */
import { ModelError } from '../errors.js';
import { FONT_FAMILY, FONT_FOLDER } from './fonts.js';
import { optional } from './optional.js';

const NAME = '@myriaddreamin/typst-ts-node-compiler';

/** A page as large as the drawing. */
export function svgPdf(svg: string, title: string): Promise<Uint8Array> {
  const source = `#set page(width: auto, height: auto, margin: 0pt)\n#image("figure.svg", alt: ${typstString(title)})\n`;
  return typstPdf(source, { 'figure.svg': svg }, title);
}

/** @param files what the source reads, by name @returns the same bytes for the same source */
export async function typstPdf(
  source: string,
  files: Readonly<Record<string, string>>,
  title: string,
): Promise<Uint8Array> {
  const { NodeCompiler } = await optional(() => import('@myriaddreamin/typst-ts-node-compiler'), NAME, 'PDF');
  const compiler = NodeCompiler.create({ workspace: FONT_FOLDER, fontArgs: [{ fontPaths: [FONT_FOLDER] }] });
  for (const [name, text] of Object.entries(files)) compiler.mapShadow(FONT_FOLDER + name, Buffer.from(text));
  const head = `#set document(title: ${typstString(title)}, date: none)\n#set text(font: ${typstString(FONT_FAMILY)})\n`;
  const result = compiler.compile({ mainFileContent: head + source });
  const document = result.result;
  if (document === null) throw new ModelError(`typst: ${JSON.stringify(result.takeError()?.shortDiagnostics ?? '')}`);
  return compiler.pdf(document, { creationTimestamp: 0 });
}

export function typstString(words: string): string {
  return `"${words.replace(/["\\]/g, '\\$&')}"`;
}
