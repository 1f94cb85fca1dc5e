import { readSpec } from '../spec-yaml';
import type { ISpecForm } from '../spec-yaml';

/** A specification as people write them, with remarks in every place. */
export const ANALYSIS = `# Analysis of the spring survey
name: analysis  # ask Ada before renaming

channels:
  # ours first
  - geo-lab   # internal
  - conda-forge


dependencies:
  - python=3.12   # the cluster has 3.12
  # tables
  - pandas >=2,<3
  - conda-forge::gdal  # needs proj

  - pip:
      - survey-tools[plot]>=1.2  # our own
      # until the fix is released
      - ./wheels/patched-1.0-py3-none-any.whl
# machine
runs-on:
  cuda: "12.4"  # the A100 nodes
variables:
  OMP_NUM_THREADS: 4
`;

export function form(text: string): ISpecForm {
  const reading = readSpec(text);
  expect(reading.error).toBeNull();
  return reading.form!;
}
