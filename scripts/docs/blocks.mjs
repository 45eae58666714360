// Fenced blocks of a Markdown page: commands to run, and files that the page shows.

const FENCE = /^(?:<!-- (not run|exits (\d+)): ([^\n]*?) -->\n\n?)?```(\w+)\n([\s\S]*?)^```$/gm;
const NAMED = /^(?:#|\/\/) ([\w./-]+\.\w+)\n/;

/**
 * In the order of the page. A block of `sh` is commands: `<!-- not run: why -->` before it leaves them out, `<!-- exits 1: why -->` expects that
 * status. Another block whose first line is a comment with the name of a file is that file.
 */
export function blocks(markdown) {
  return [...markdown.matchAll(FENCE)].flatMap(([whole, mark, status, why, language, text], at, all) => {
    const line = markdown.slice(0, all[at].index + whole.indexOf('```')).split('\n').length;
    if (language === 'sh')
      return [{ line, commands: text, why, skipped: mark === 'not run', status: Number(status ?? 0) }];
    const file = NAMED.exec(text)?.[1];
    return file === undefined ? [] : [{ line, file, text }];
  });
}
