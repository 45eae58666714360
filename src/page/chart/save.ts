/** Something for the reader to take along: a file that the browser saves. */
export function save(name: string, type: 'text/csv' | 'image/svg+xml', text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
