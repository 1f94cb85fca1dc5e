import React, { useEffect, useRef, useState } from 'react';

import { setConstraint } from '../spec-edits';
import { shownConstraint } from '../spec-yaml';
import type { IPackageEntry } from '../spec-yaml';
import { versionChoices } from '../version-choices';
import { ComboBox } from './editor-combobox';
import { useEditor } from './editor-context';

/** Which version of a package is wanted: one that is offered, or any words conda knows. */
export function VersionField(props: {
  id: string;
  entry: IPackageEntry;
  invalid: boolean;
  describedBy?: string;
}): JSX.Element {
  const { model, trans } = useEditor();
  const { entry } = props;
  const value = shownConstraint(entry.constraint);
  const [draft, setDraft] = useState<string | null>(null);
  const { versions, note, fetch } = useVersions(entry);

  const commit = (constraint: string) => {
    setDraft(null);
    if (constraint.trim() !== value) {
      model.edit(setConstraint(entry, constraint));
    }
  };
  const any = {
    value: '',
    label: trans.__('any version'),
    detail: versions[0]
  };
  // What stands in the field already does not narrow the offers: it is there to be changed.
  const choices = versionChoices(versions, draft ?? '');
  return (
    <ComboBox
      id={props.id}
      className="jp-TerrariumEditor-version"
      label={trans.__('Version of %1', entry.name)}
      placeholder={trans.__('any')}
      text={draft ?? value}
      options={[
        ...(draft ? [] : [any]),
        ...choices.map(choice => ({
          value: choice.constraint,
          label: choice.constraint,
          detail:
            choice.constraint === `==${choice.newest}` ? '' : choice.newest
        }))
      ]}
      note={note}
      invalid={props.invalid}
      describedBy={props.describedBy}
      onOpen={fetch}
      onText={setDraft}
      onTake={commit}
      onLeave={() => {
        if (draft !== null) {
          commit(draft);
        }
      }}
      onEscape={() => setDraft(null)}
    />
  );
}

/** Versions of a package, newest first, fetched when they are first asked for. */
function useVersions(entry: IPackageEntry): {
  versions: readonly string[];
  note: string;
  fetch: () => void;
} {
  const { model, trans } = useEditor();
  const [versions, setVersions] = useState<readonly string[]>([]);
  const [note, setNote] = useState('');
  const known = useRef('');
  const request = useRef<AbortController | null>(null);
  useEffect(() => () => request.current?.abort(), []);

  const fetch = async () => {
    const channels = entry.channel ? [entry.channel] : model.channels;
    const key = [entry.name, ...channels].join(' ');
    if (known.current === key) {
      return;
    }
    known.current = key;
    setVersions([]);
    setNote(trans.__('Looking for versions…'));
    request.current?.abort();
    const controller = new AbortController();
    request.current = controller;
    try {
      const found = await model.api.packageVersions(
        entry.name,
        { channels, platform: model.platform },
        controller.signal
      );
      if (!controller.signal.aborted) {
        setVersions(found.versions);
        setNote('');
      }
    } catch {
      if (!controller.signal.aborted) {
        known.current = '';
        setNote(trans.__('No versions found; type what you need.'));
      }
    }
  };
  return { versions, note, fetch: () => void fetch() };
}
