import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import prettierRecommended from 'eslint-plugin-prettier/recommended';
import globals from 'globals';
import jupyterPlugin from '@jupyter/eslint-plugin';

export default defineConfig([
  {
    ignores: [
      '**/node_modules',
      'dist',
      'build',
      'lib',
      'coverage',
      'jupyter_ext',
      'tests',
      '.venv',
      '**/*.js',
      '**/*.d.ts',
      // Generated from docs/openapi.json.
      'src/api-types.ts'
    ]
  },
  js.configs.recommended,
  tseslint.configs.recommended,
  {
    plugins: {
      jupyter: jupyterPlugin
    }
  },
  jupyterPlugin.configs.recommended,
  {
    files: ['src/**/*.ts', 'src/**/*.tsx'],
    languageOptions: {
      globals: {
        ...globals.browser,
        ...globals.es2020
      },
      parserOptions: {
        project: 'tsconfig.test.json',
        sourceType: 'module'
      }
    }
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    rules: {
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'interface',
          format: ['PascalCase'],
          custom: {
            regex: '^I[A-Z]',
            match: true
          }
        }
      ],
      '@typescript-eslint/no-unused-vars': ['error', { args: 'none' }],
      // Needed in the moment of activation: the model that the other plugins require, the
      // panel that the layout restores, the commands that menus name, what notebooks are opened with.
      'jupyter/prefer-lazy-imports': [
        'warn',
        {
          ignoreImports: [
            '../api',
            '../commands',
            '../model',
            '../commands/records',
            '../commands/share-notebook',
            '../record-keepers',
            '../widgets/record-badge',
            '../widgets/panel'
          ]
        }
      ],
      curly: ['error', 'all'],
      eqeqeq: 'error',
      'prefer-arrow-callback': 'error'
    }
  },
  {
    // Data of tests is no text of the interface.
    files: ['**/__tests__/**', 'ui-tests/**'],
    rules: { 'jupyter/no-untranslated-string': 'off' }
  },
  prettierRecommended
]);
