/** The width of an element's inside, in pixels; 0 before it is known. */
import { useEffect, useState } from 'preact/hooks';

/** Of a page of paper between its margins: drawn for a screen, letters would be too small there. */
const PAPER = 680;

export function useWidth(box: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = box.current!;
    const measure = (): void => setWidth(Math.floor(element.clientWidth));
    const fold = (): void => setWidth(PAPER);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    addEventListener('beforeprint', fold);
    addEventListener('afterprint', measure);
    return () => {
      observer.disconnect();
      removeEventListener('beforeprint', fold);
      removeEventListener('afterprint', measure);
    };
  }, []);
  return width;
}
