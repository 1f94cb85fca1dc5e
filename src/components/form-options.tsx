import React from 'react';
import type { IFormOption } from '../artifact-words';
import type { FormView } from '../types';
import { useTerrarium } from './context';
import { WithCode } from './with-code';

/** The options of a form, folded away: what is said when nothing is said is what most want. */
export function FormOptions(props: {
  form: FormView;
  options: readonly IFormOption[];
  values: Readonly<Record<string, string | boolean>>;
  onChange: (name: string, value: string | boolean) => void;
}): JSX.Element {
  const { trans } = useTerrarium();
  return (
    <details className="jp-Terrarium-formOptions">
      <summary>{trans.__('Options')}</summary>
      {props.options.map(option => (
        <label key={option.name}>
          <span>
            <WithCode text={option.words} />
          </span>
          <Field
            option={option}
            value={props.values[option.name] ?? option.initial}
            onChange={value => props.onChange(option.name, value)}
          />
        </label>
      ))}
    </details>
  );
}

function Field(props: {
  option: IFormOption;
  value: string | boolean;
  onChange: (value: string | boolean) => void;
}): JSX.Element {
  const { option, value, onChange } = props;
  switch (option.kind) {
    case 'flag':
      return (
        <input
          type="checkbox"
          checked={value === true}
          onChange={event => onChange(event.target.checked)}
        />
      );
    case 'choice':
      return (
        <select
          className="jp-Terrarium-select"
          value={String(value)}
          onChange={event => onChange(event.target.value)}
        >
          {option.values.map(one => (
            <option key={one}>{one}</option>
          ))}
        </select>
      );
    default:
      return (
        <input
          type="text"
          className="jp-mod-styled"
          value={String(value)}
          onChange={event => onChange(event.target.value)}
        />
      );
  }
}
