/** A drawing of the page as a file of its own: its colours are those of the page now, its title is drawn above it. */
const ROOM = 28;

export function standalone(drawn: SVGSVGElement, title: string): string {
  const copy = drawn.cloneNode(true) as SVGSVGElement;
  const style = getComputedStyle(document.documentElement);
  const { width, height } = drawn.viewBox.baseVal;
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('viewBox', `0 ${-ROOM} ${width} ${height + ROOM}`);
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height + ROOM));
  copy.setAttribute(
    'style',
    `color: ${style.getPropertyValue('--text')}; background: ${style.getPropertyValue('--back')}`,
  );
  copy.setAttribute('font-family', 'sans-serif');
  copy.setAttribute('font-size', '12');
  const heading = document.createElementNS('http://www.w3.org/2000/svg', 'text');
  heading.setAttribute('y', String(-ROOM / 2));
  heading.setAttribute('font-weight', 'bold');
  heading.setAttribute('fill', 'currentColor');
  heading.textContent = title;
  copy.prepend(heading);
  return new XMLSerializer()
    .serializeToString(copy)
    .replaceAll(/var\((--\w+)\)/g, (_, name: string) => style.getPropertyValue(name).trim());
}
