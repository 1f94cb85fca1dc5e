import React from 'react';
import { rightsWord } from '../card-words';
import type { IShareChoice } from '../share-form';
import type { IShareFormOptions } from '../widgets/share';

const RIGHTS: IShareChoice['rights'][] = ['view', 'use', 'copy'];

/** What a link shows, what it permits, to whom, and for how long. */
export function ShareFormView(
  props: IShareFormOptions & {
    choice: IShareChoice;
    onChange: (choice: IShareChoice) => void;
  }
): JSX.Element {
  const { trans, choice, item } = props;
  const change = (changes: Partial<IShareChoice>): void =>
    props.onChange({ ...choice, ...changes });
  const pinned = props.version ?? item.current ?? item.latest;
  return (
    <div className="jp-Terrarium-share">
      {props.local && (
        <div className="jp-Terrarium-shareHint" role="note">
          <p>
            {props.notebook
              ? trans.__(
                  'This server can be reached from this machine only, so a link opens for nobody elsewhere. Send a colleague the file of the notebook, with the recipe or the lockfile.'
                )
              : trans.__(
                  'This server can be reached from this machine only, so a link opens for nobody elsewhere. Send a colleague the recipe or the lockfile instead.'
                )}
          </p>
          <button
            type="button"
            className="jp-mod-styled jp-Terrarium-button"
            onClick={props.onRecipe}
          >
            {trans.__('Copy Recipe')}
          </button>{' '}
          <button
            type="button"
            className="jp-mod-styled jp-Terrarium-button"
            onClick={props.onLockfile}
          >
            {trans.__('Download conda-lock.yml')}
          </button>
        </div>
      )}
      {props.notebook ? (
        <>
          <p className="jp-Terrarium-shareText">
            {trans.__(
              'The link leads to the notebook as it is now, in %1, version %2. What you change in it later does not show.',
              item.name,
              pinned
            )}
          </p>
          <label>
            <input
              type="checkbox"
              checked={choice.outputs}
              onChange={event => change({ outputs: event.target.checked })}
            />
            {trans.__(
              'Outputs of the cells go along: figures, tables, and the data in them'
            )}
          </label>
        </>
      ) : (
        <VersionChoice {...props} pinned={pinned} change={change} />
      )}
      <fieldset>
        <legend>{trans.__('Whoever has it may')}</legend>
        {RIGHTS.map(rights => (
          <label key={rights}>
            <input
              type="radio"
              name="rights"
              checked={choice.rights === rights}
              onChange={() => change({ rights })}
            />
            {rightsWord(rights, trans)}
          </label>
        ))}
      </fieldset>
      {props.forms.length > 0 && (
        <details>
          <summary>
            {trans.__('Files that may be taken along, beside the lockfile')}
          </summary>
          {props.forms.map(({ form, title }) => (
            <label key={form}>
              <input
                type="checkbox"
                checked={choice.forms.includes(form)}
                onChange={event =>
                  change({
                    forms: event.target.checked
                      ? [...choice.forms, form]
                      : choice.forms.filter(one => one !== form)
                  })
                }
              />
              {title}
            </label>
          ))}
        </details>
      )}
      <label>
        {trans.__('Days until it expires')}
        <input
          type="number"
          className="jp-mod-styled"
          min={1}
          max={366}
          value={choice.days}
          onChange={event => change({ days: event.target.valueAsNumber })}
        />
      </label>
      <label>
        {trans.__('How many people may use it')}
        <input
          type="number"
          className="jp-mod-styled"
          min={1}
          max={10_000}
          placeholder={trans.__('no limit')}
          value={choice.people}
          onChange={event => change({ people: event.target.value })}
        />
      </label>
      <label>
        {trans.__('Only for')}
        <input
          type="text"
          className="jp-mod-styled"
          placeholder={trans.__('whoever has the link; or: anna, group:geo')}
          value={choice.only}
          onChange={event => change({ only: event.target.value })}
        />
      </label>
      <label>
        {trans.__('Note')}
        <input
          type="text"
          className="jp-mod-styled"
          maxLength={500}
          value={choice.note}
          onChange={event => change({ note: event.target.value })}
        />
      </label>
    </div>
  );
}

/** One version for ever, or whatever is current. */
function VersionChoice(
  props: IShareFormOptions & {
    choice: IShareChoice;
    pinned: number;
    change: (changes: Partial<IShareChoice>) => void;
  }
): JSX.Element {
  const { trans, choice, pinned, change } = props;
  return (
    <fieldset>
      <legend>{trans.__('What the link leads to')}</legend>
      <label>
        <input
          type="radio"
          name="version"
          checked={choice.version === null}
          onChange={() => change({ version: null })}
        />
        {trans.__('Always the current version')}
      </label>
      <label>
        <input
          type="radio"
          name="version"
          checked={choice.version !== null}
          onChange={() => change({ version: pinned })}
        />
        {trans.__('Version %1, whatever comes after it', pinned)}
      </label>
    </fieldset>
  );
}
