import { Clipboard } from '@jupyterlab/apputils';
import React, { useState } from 'react';
import type { IArtifactChoice, IVersionRef } from '../artifact-api';
import {
  artifactShare,
  artifactWord,
  exportCommand,
  formOptions,
  givenOptions
} from '../artifact-words';
import { inWords } from '../commands/report';
import { shortDigest } from '../format';
import { download, saveText } from '../save-text';
import type { Artifact, FormView } from '../types';
import { useTerrarium } from './context';
import { FormOptions } from './form-options';
import { WithCode } from './with-code';
import { MessageView } from './message-view';
import { ProblemView } from './problem-view';
import type { IArtifacts } from './use-artifacts';

/** One form of a version: what it is for, and the buttons that give it. */
export function FormItem(props: {
  of: IVersionRef;
  form: FormView;
  artifacts: IArtifacts;
}): JSX.Element {
  const { model, trans } = useTerrarium();
  const { of, form, artifacts } = props;
  const { error } = artifacts;
  const here = model.status?.platform;
  const [platform, setPlatform] = useState(
    form.platforms.find(one => one === here) ?? form.platforms[0]
  );
  const known = formOptions(form);
  const [values, setValues] = useState<Record<string, string | boolean>>({});
  const options = givenOptions(known, values);
  const choice: IArtifactChoice = { form: form.form, platform, options };
  const artifact = form.artifacts.find(
    one =>
      one.platform === (platform ?? '') &&
      JSON.stringify(one.options) === JSON.stringify(options)
  );
  return (
    <li className="jp-Terrarium-form" data-form={form.form}>
      <div className="jp-Terrarium-formTitle">
        <strong>{form.title}</strong>
      </div>
      <div className="jp-Terrarium-formActions">
        {form.platforms.length > 1 && (
          <select
            className="jp-Terrarium-select"
            aria-label={trans.__('Platform of %1', form.title)}
            value={platform}
            onChange={event => setPlatform(event.target.value)}
          >
            {form.platforms.map(one => (
              <option key={one}>{one}</option>
            ))}
          </select>
        )}
        <Actions
          of={of}
          form={form}
          choice={choice}
          artifact={artifact}
          artifacts={artifacts}
        />
      </div>
      <p className="jp-Terrarium-formPurpose">
        <WithCode text={`${form.purpose} ${form.unavailable}`} />
      </p>
      {artifact && <ArtifactState artifact={artifact} form={form} />}
      {error?.form === form.form && (
        <MessageView message={error.message} hint={error.hint} alert />
      )}
      {artifact?.state === 'failed' && artifact.problem && (
        <ProblemView problem={artifact.problem} />
      )}
      <div className="jp-Terrarium-formMore">
        {known.length > 0 && (
          <FormOptions
            form={form}
            options={known}
            values={values}
            onChange={(name, value) => setValues({ ...values, [name]: value })}
          />
        )}
        <ShellCommand command={exportCommand(of, form, platform, options)} />
      </div>
    </li>
  );
}

function Actions(props: {
  of: IVersionRef;
  form: FormView;
  choice: IArtifactChoice;
  artifact: Artifact | undefined;
  artifacts: IArtifacts;
}): JSX.Element {
  const { trans } = useTerrarium();
  const { of, form, choice, artifact, artifacts } = props;
  if (form.needs === 'text') {
    return (
      <TextActions
        title={form.title}
        text={() => artifacts.api.file(of, choice)}
      />
    );
  }
  if (artifact?.state === 'ready') {
    return (
      <Download
        address={artifacts.api.address(of, choice)}
        label={trans.__('Download %1', artifact.file_name)}
        words={trans.__('Download')}
      />
    );
  }
  if (artifact?.state === 'queued' || artifact?.state === 'making') {
    return (
      <button
        type="button"
        className="jp-mod-styled jp-Terrarium-button"
        aria-label={trans.__('Cancel making %1', form.title)}
        onClick={() => void artifacts.cancel(choice)}
      >
        {trans.__('Cancel')}
      </button>
    );
  }
  return (
    <button
      type="button"
      className="jp-mod-styled jp-Terrarium-button"
      aria-label={trans.__('Make %1', form.title)}
      disabled={form.unavailable !== ''}
      onClick={() => void artifacts.make(choice)}
    >
      {artifact?.state === 'failed' ? trans.__('Retry') : trans.__('Make')}
    </button>
  );
}

function Download(props: {
  address: string;
  label: string;
  words: string;
}): JSX.Element {
  return (
    <button
      type="button"
      className="jp-mod-styled jp-Terrarium-button"
      aria-label={props.label}
      onClick={() => download(props.address)}
    >
      {props.words}
    </button>
  );
}

function ArtifactState(props: {
  artifact: Artifact;
  form: FormView;
}): JSX.Element {
  const { trans } = useTerrarium();
  const { artifact, form } = props;
  const share = artifactShare(artifact);
  const percent = share === null ? undefined : Math.round(share * 100);
  const busy = artifact.state === 'queued' || artifact.state === 'making';
  return (
    <div className="jp-Terrarium-formState" data-state={artifact.state}>
      <span role="status">{artifactWord(artifact, trans)}</span>
      {artifact.sha256 && (
        <code title={artifact.sha256}>
          {`sha256:${shortDigest(artifact.sha256)}`}
        </code>
      )}
      {busy && (
        <div
          className="jp-Terrarium-bar"
          role="progressbar"
          aria-label={form.title}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={percent}
          data-unknown={share === null}
        >
          <div
            className="jp-Terrarium-bar-done"
            style={share === null ? undefined : { width: `${percent}%` }}
          />
        </div>
      )}
    </div>
  );
}

/** *Copy* and *Save*; what cannot be had is said beside them. */
function TextActions(props: {
  title: string;
  text: () => Promise<{ name: string; text: string }>;
}): JSX.Element {
  const { trans } = useTerrarium();
  const [said, setSaid] = useState('');
  const take = async (
    use: (found: { name: string; text: string }) => string
  ): Promise<void> => {
    try {
      setSaid(use(await props.text()));
    } catch (reason) {
      setSaid(inWords(reason));
    }
  };
  return (
    <>
      <span className="jp-Terrarium-formSaid" role="status">
        {said}
      </span>
      <button
        type="button"
        className="jp-mod-styled jp-Terrarium-button"
        aria-label={trans.__('Copy %1', props.title)}
        onClick={() =>
          void take(({ text }) => {
            Clipboard.copyToSystem(text);
            return trans.__('Copied.');
          })
        }
      >
        {trans.__('Copy')}
      </button>
      <button
        type="button"
        className="jp-mod-styled jp-Terrarium-button"
        aria-label={trans.__('Save %1', props.title)}
        onClick={() =>
          void take(({ name, text }) => {
            saveText(name, text);
            return '';
          })
        }
      >
        {trans.__('Save')}
      </button>
    </>
  );
}

function ShellCommand(props: { command: string }): JSX.Element {
  const { trans } = useTerrarium();
  return (
    <details className="jp-Terrarium-formShell">
      <summary>{trans.__('In a shell')}</summary>
      <code>{props.command}</code>
    </details>
  );
}
