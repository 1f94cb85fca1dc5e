import React, { useEffect, useMemo, useState } from 'react';
import { inWords } from '../commands/report';
import { formatBytes } from '../format';
import { filterPackages, packageRows, type IPackageRow } from '../packages';
import type { Environment } from '../types';
import { useTerrarium } from './context';
import { FilterBox } from './filter-box';
import { MessageView } from './message-view';

/** The package files of the current version, as a table with a filter. */
export function PackagesView(props: { environment: Environment }): JSX.Element {
  const { model, trans } = useTerrarium();
  const { environment } = props;
  const version = environment.current_version ?? environment.latest_version;
  const { namespace, name } = environment;
  const [rows, setRows] = useState<IPackageRow[] | null>(null);
  const [error, setError] = useState('');
  const [filter, setFilter] = useState('');

  useEffect(() => {
    let stale = false;
    setError('');
    model.api.packages(namespace, name, version.number).then(
      packages => {
        if (!stale) {
          setRows(packageRows(packages));
        }
      },
      reason => {
        if (!stale) {
          setError(inWords(reason));
        }
      }
    );
    return () => {
      stale = true;
    };
  }, [model, namespace, name, version.number, version.lock_digest]);

  const shown = useMemo(
    () => filterPackages(rows ?? [], filter),
    [rows, filter]
  );
  if (!version.lock_digest) {
    return (
      <MessageView
        message={trans.__(
          'Version %1 has not been solved, so its packages are not known.',
          version.number
        )}
      />
    );
  }
  if (error) {
    return <MessageView message={error} alert />;
  }
  if (!rows) {
    return <div role="status">{trans.__('Loading…')}</div>;
  }
  return (
    <>
      <FilterBox
        value={filter}
        onChange={setFilter}
        label={trans.__('Filter packages')}
      />
      <div className="jp-Terrarium-tableNote" role="status">
        {trans._n('%1 package', '%1 packages', shown.length)}
        {' · '}
        {trans.__('version %1', version.number)}
      </div>
      <table className="jp-Terrarium-table">
        <thead>
          <tr>
            <th scope="col">{trans.__('Package')}</th>
            <th scope="col">{trans.__('Version')}</th>
            <th scope="col">{trans.__('Channel')}</th>
            <th scope="col" className="jp-Terrarium-number">
              {trans.__('Size')}
            </th>
            <th scope="col">{trans.__('Why')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(row => (
            <tr key={row.key}>
              <th scope="row">{row.name}</th>
              <td>{row.version}</td>
              <td>{row.channel}</td>
              <td className="jp-Terrarium-number">{formatBytes(row.size)}</td>
              <td>
                {row.requested ? (
                  <span title={row.requested}>{trans.__('asked for')}</span>
                ) : row.neededBy.length > 0 ? (
                  <span title={row.neededBy.join(', ')}>
                    {trans.__(
                      'needed by %1',
                      row.neededBy.slice(0, 2).join(', ')
                    )}
                    {row.neededBy.length > 2 && ' …'}
                  </span>
                ) : (
                  trans.__('needed')
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
