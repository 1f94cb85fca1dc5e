let made = 0;

/**
 * Small: one package file, no kernel, ready in a second. Really built each time: its
 * variable makes it another environment than those of tests that ran before.
 */
export const small = (name: string): string => `name: ${name}
dependencies:
  - terrarium-data
variables:
  MADE: "${++made}-${Date.now()}"
`;

/** Python with a kernel. */
export const kernel = (name: string): string => `name: ${name}
dependencies:
  - python
  - ipykernel
`;

/** Python with a kernel, and a package that no other test asks for: never built before. */
export const unseen = (name: string): string => `name: ${name}
dependencies:
  - python
  - ipykernel
  - requests
`;

/** Takes long enough to be cancelled while it is built. */
export const large = (name: string): string => `name: ${name}
dependencies:
  - python
  - ipykernel
  - pandas
  - matplotlib
  - terrarium-big
`;

/** Is being finished for some seconds, whatever the machine and what was built before. */
export const patient = (name: string): string => `name: ${name}
dependencies:
  - python
  - ipykernel
variables:
  FOR: ${name}
checks:
  commands:
    - python -c "import time; time.sleep(5)"
`;

/** Two packages that exclude each other. */
export const impossible = (name: string): string => `name: ${name}
dependencies:
  - python
  - terrarium-conflict-a
  - terrarium-conflict-b
`;
