import type { TranslationBundle } from '@jupyterlab/translation';
import type {
  ReadonlyJSONObject,
  ReadonlyPartialJSONObject
} from '@lumino/coreutils';
import type { EnvironmentSummary, Build } from '../types';
import type { IEnvironmentRef, ITerrariumModel } from '../tokens';

/** Schema of the arguments that name an environment. */
export function environmentArguments(trans: TranslationBundle): {
  args: ReadonlyJSONObject;
} {
  return {
    args: {
      type: 'object',
      properties: environmentProperties(trans)
    }
  };
}

/** Schema of the arguments that name an environment and one of its builds. */
export function buildArguments(trans: TranslationBundle): {
  args: ReadonlyJSONObject;
} {
  return {
    args: {
      type: 'object',
      properties: {
        ...environmentProperties(trans),
        build: {
          type: 'string',
          description: trans.__('Id of the build; default: the last one')
        }
      }
    }
  };
}

/** Schema of a command that has no arguments. */
export function noArguments(): { args: ReadonlyJSONObject } {
  return { args: { type: 'object', properties: {} } };
}

/**
 * The environment that a command acts on: the one named, else the row that is selected
 * in the panel.
 */
export function target(
  model: ITerrariumModel,
  args: ReadonlyPartialJSONObject
): IEnvironmentRef | null {
  const { namespace, name } = args;
  return typeof namespace === 'string' && typeof name === 'string'
    ? { namespace, name }
    : model.selected;
}

/** What is known of the environment that a command acts on. */
export function targetItem(
  model: ITerrariumModel,
  args: ReadonlyPartialJSONObject
): EnvironmentSummary | null {
  const ref = target(model, args);
  return (ref && model.find(ref)) ?? null;
}

/** Whether there is such an environment, and the caller owns it. */
export function isOwned(
  model: ITerrariumModel,
  args: ReadonlyPartialJSONObject
): boolean {
  return targetItem(model, args)?.role === 'owner';
}

/** The build that a command acts on: the one named, else the environment's last. */
export function targetBuild(
  model: ITerrariumModel,
  args: ReadonlyPartialJSONObject
): Build | null {
  const { build } = args;
  if (typeof build === 'string') {
    return model.builds.find(item => item.id === build) ?? null;
  }
  return targetItem(model, args)?.build ?? null;
}

/** Schema of the arguments that name an environment, and *properties* beside them. */
export function described(
  trans: TranslationBundle,
  required: string[],
  properties: ReadonlyJSONObject
): { args: ReadonlyJSONObject } {
  return {
    args: {
      type: 'object',
      required,
      properties: { ...environmentProperties(trans), ...properties }
    }
  };
}

/** The two arguments that name an environment. */
export function environmentProperties(
  trans: TranslationBundle
): ReadonlyJSONObject {
  return {
    namespace: {
      type: 'string',
      description: trans.__(
        'Namespace of the environment; default: that of the selected row'
      )
    },
    name: {
      type: 'string',
      description: trans.__(
        'Name of the environment; default: that of the selected row'
      )
    }
  };
}
