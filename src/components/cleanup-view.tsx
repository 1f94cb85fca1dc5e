import { ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { formatBytes } from '../format';
import type { CleanupItem, CleanupReport } from '../types';

/** The body of the dialog: what would go, whose it is, why, and what that frees. */
export function cleanupBody(
  report: CleanupReport,
  trans: TranslationBundle
): ReactWidget {
  return ReactWidget.create(<CleanupView report={report} trans={trans} />);
}

function CleanupView(props: {
  report: CleanupReport;
  trans: TranslationBundle;
}): JSX.Element {
  const { report, trans } = props;
  if (report.items.length === 0) {
    return (
      <div className="jp-Terrarium-cleanup">
        <p>
          {trans.__(
            'There is nothing to clean up: everything here is in use, or kept by the rules of this store.'
          )}
        </p>
        <UnkeptFiles report={report} trans={trans} />
      </div>
    );
  }
  const named = report.items.filter(isNamed);
  const others = report.items.length - named.length;
  return (
    <div className="jp-Terrarium-cleanup">
      <ul>
        {named.map(item => (
          <li key={`${item.kind} ${item.name}`}>
            <strong>{item.shown}</strong>
            {': '}
            {[item.reason, formatBytes(item.size)].filter(Boolean).join(', ')}
          </li>
        ))}
        {others > 0 && (
          <li>
            {trans._n(
              '%1 cached file or leftover that nothing needs',
              '%1 cached files and leftovers that nothing needs',
              others
            )}
          </li>
        )}
      </ul>
      {report.in_use.length > 0 && (
        <p>{trans.__('In use, so it stays: %1', report.in_use.join(', '))}</p>
      )}
      <p>
        {trans.__(
          'Versions whose files go can be built again from their locks; environments that can no longer be restored are gone for good.'
        )}
      </p>
      <UnkeptFiles report={report} trans={trans} />
    </div>
  );
}

/** Package files of versions that stay, which no channel hands out any more. */
function UnkeptFiles(props: {
  report: CleanupReport;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { report, trans } = props;
  const files = report.unkept ?? [];
  if (files.length === 0) {
    return null;
  }
  return (
    <>
      <p>
        {trans.__(
          'These package files should be kept for years, but can no longer be had:'
        )}
      </p>
      <ul>
        {files.map(file => (
          <li key={file.file_name}>
            <strong>{file.file_name}</strong>
            {` (${file.version}): ${file.why}`}
          </li>
        ))}
      </ul>
    </>
  );
}

/** What people know by a name; of the rest they want to know how much there is. */
function isNamed(item: CleanupItem): boolean {
  return item.kind === 'version' || item.kind === 'environment';
}
