import type { FilterField } from '@/lib/api';

export interface Choice {
  value: string;
  label: string;
}

/** What every editor of a value is given. */
export interface ValueProps {
  field: FilterField;
  op: string;
  value: unknown;
  onChange: (value: unknown) => void;
  /** What may be chosen where the catalogue does not say: the people, the companies. */
  choices?: Choice[];
  slot: { 'aria-label': string; 'aria-invalid'?: boolean; 'aria-describedby'?: string };
}
