import React, { useState } from 'react';
import { formGroups } from '../artifact-words';
import type { Environment } from '../types';
import { useTerrarium } from './context';
import { FormItem } from './form-item';
import { MessageView } from './message-view';
import { useArtifacts } from './use-artifacts';
import { useKeptFocus } from './use-kept-focus';

/** *Use elsewhere*: every form that a version can take, to be saved, copied or made. */
export function ElsewhereView(props: {
  environment: Environment;
}): JSX.Element {
  const { trans } = useTerrarium();
  const { environment } = props;
  const { namespace, name, latest, current } = environment;
  const [chosen, setChosen] = useState<number | null>(null);
  const version = chosen ?? current ?? latest;
  const of = { namespace, name, version };
  const artifacts = useArtifacts(of);
  const focus = useKeptFocus<HTMLDivElement>();
  const { forms, error } = artifacts;
  return (
    <div {...focus} className="jp-Terrarium-elsewhere">
      <p>
        <label>
          {trans.__('Take along')}{' '}
          <select
            className="jp-Terrarium-select"
            value={version}
            onChange={event => setChosen(Number(event.target.value))}
          >
            {numbers(latest).map(number => (
              <option key={number} value={number}>
                {number === current
                  ? trans.__('version %1 (current)', number)
                  : trans.__('version %1', number)}
              </option>
            ))}
          </select>
        </label>{' '}
        {trans.__(
          'in any of these forms. All of them name the same package files: the digest in them says so.'
        )}
      </p>
      {error && !error.form && (
        <MessageView message={error.message} hint={error.hint} alert />
      )}
      {!forms && !error && (
        <div className="jp-Terrarium-loading" role="status">
          {trans.__('Loading…')}
        </div>
      )}
      {forms &&
        formGroups(trans).map(([group, words]) => {
          const members = forms.filter(form => form.group === group);
          return members.length === 0 ? null : (
            <section key={group} aria-label={words}>
              <h3>{words}</h3>
              <ul className="jp-Terrarium-forms">
                {members.map(form => (
                  <FormItem
                    key={`${version}-${form.form}`}
                    of={of}
                    form={form}
                    artifacts={artifacts}
                  />
                ))}
              </ul>
            </section>
          );
        })}
    </div>
  );
}

function numbers(latest: number): number[] {
  return Array.from({ length: latest }, (_, index) => latest - index);
}
