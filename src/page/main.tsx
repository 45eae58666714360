/** The report page: reads what vmmu report put into the file, and shows it. */
import { render } from 'preact';
import type { PageData } from '../gather/page-data.js';
import { App } from './app.js';

const data = JSON.parse(document.getElementById('data')!.textContent) as PageData;
document.title = data.title;
render(<App data={data} />, document.getElementById('page')!);
