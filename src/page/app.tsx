/** The page: navigation, prices, and the view that the address names. */
import { useMemo, useRef } from 'preact/hooks';
import type { PageData } from '../gather/page-data.js';
import { chosenOf, machinesOf } from './comparison.js';
import { hashOf, usePlace } from './hash.js';
import { Glossary } from './parts/term.js';
import { Prices } from './prices/panel.js';
import { adjusted, settingKey, settingOf } from './prices/setting.js';
import { pricesOf, repricer } from './rows.js';
import { VIEWS } from './views/index.js';

export function App({ data }: { readonly data: PageData }) {
  const main = useRef<HTMLElement>(null);
  const [{ view, chosen }, choose] = usePlace();
  const views = useMemo(() => VIEWS.filter(({ isThere }) => isThere?.(data) ?? true), [data]);
  const shown = views.find(({ id }) => id === view) ?? views[0]!;
  const repriced = useMemo(() => repricer(data), [data]);
  // Steps and choices that are no prices price nothing anew.
  const setting = useMemo(() => settingOf(chosen), [settingKey(chosen)]);
  const rows = useMemo(() => repriced((recorded) => adjusted(setting, recorded)), [repriced, setting]);
  const machine = pricesOf(data, rows.length === 0 ? '' : chosenOf(machinesOf(rows), chosen['machine']));
  const prices = (open: boolean) => (
    <Prices recorded={data.prices} machine={machine} setting={setting} choose={choose} open={open} />
  );
  return (
    <Glossary>
      <a
        class="skip"
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          main.current!.focus();
        }}
      >
        Skip to the content
      </a>
      <header>
        <h1>{data.title}</h1>
        <nav aria-label="Views">
          <ul>
            {views.map(({ id, title }) => (
              <li key={id}>
                <a href={hashOf({ view: id, chosen })} aria-current={id === shown.id ? 'page' : undefined}>
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main ref={main} id="content" tabIndex={-1}>
        <h2>{shown.title}</h2>
        {shown.show({ data, rows, chosen, choose, prices })}
      </main>
    </Glossary>
  );
}
