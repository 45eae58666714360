/** Provenance: which files the page was made of, from which inputs, with which configurations and prices. */
import type { Source } from '../../gather/page-data.js';
import type { ManifestInput } from '../../report/manifest.js';
import { Table, type Column } from '../parts/table.js';
import type { View, ViewProps } from '../view.js';

export const provenance: View = { id: 'provenance', title: 'Provenance', show: (props) => <Provenance {...props} /> };

interface Named extends ManifestInput {
  readonly source: string;
}

function Provenance({ data }: ViewProps) {
  const files = data.sources.flatMap((source) => source.files.map((file) => ({ source: source.name, ...file })));
  const inputs = data.sources.flatMap((source) =>
    (source.manifest?.inputs ?? []).map((input) => ({ source: source.name, ...input })),
  );
  return (
    <>
      <p>Made by vmmu {data.version}. Nothing on this page is loaded from elsewhere.</p>
      {data.notes.length > 0 && (
        <>
          <h3>Notes</h3>
          <ul>
            {data.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </>
      )}
      <Table name="sources" title="What was read" columns={SOURCES} rows={data.sources} />
      {inputs.length > 0 && (
        <Table name="inputs" title="Traces that results were made from" columns={FILES} rows={inputs} />
      )}
      <Table name="files" title="Files" columns={FILES} rows={files} />
      {data.sources.map(({ name, manifest }) =>
        manifest === null ? null : (
          <details key={name}>
            <summary>Configurations of {name}</summary>
            <pre tabIndex={0}>{JSON.stringify(manifest.configurations, null, 1)}</pre>
          </details>
        ),
      )}
    </>
  );
}

const SOURCES: readonly Column<Source>[] = [
  { name: 'name', value: ({ name }) => name },
  { name: 'what it is', value: ({ kind }) => kind },
  { name: 'made by vmmu', value: ({ manifest }) => manifest?.version ?? '' },
  { name: 'sample', value: ({ manifest }) => manifest?.sample ?? '' },
  { name: 'files', value: ({ files }) => files.length },
];

const FILES: readonly Column<Named>[] = [
  { name: 'of', value: ({ source }) => source },
  { name: 'file', value: ({ name }) => name },
  { name: 'bytes', value: ({ bytes }) => bytes },
  { name: 'SHA-256', value: ({ sha256 }) => sha256, show: ({ sha256 }) => <code>{sha256}</code> },
];
