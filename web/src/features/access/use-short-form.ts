import { type FormEvent, useState } from 'react';

interface Rule {
  /** What is said of a value that is too short. */
  message: string;
  /** Letters at least; one unless it is told. */
  least?: number;
  /** Blanks around it belong to it, as in a password. */
  exact?: boolean;
}

/**
 * The one or two fields of a way in: checked when they are sent, and from then on as they change. What checks the
 * app's long forms is 20 KB, which nobody who signs in should wait for.
 */
export function useShortForm<Name extends string>(
  rules: Record<Name, Rule>,
  onSubmit: (values: Record<Name, string>) => void,
) {
  const [errors, setErrors] = useState<Partial<Record<Name, string>>>();
  const read = (form: HTMLFormElement) => {
    const data = new FormData(form);
    const values = {} as Record<Name, string>;
    const wrong: Partial<Record<Name, string>> = {};
    for (const name of Object.keys(rules) as Name[]) {
      const { message, least = 1, exact } = rules[name];
      const value = String(data.get(name) ?? '');
      values[name] = exact ? value : value.trim();
      if (values[name].length < least) wrong[name] = message;
    }
    return { values, wrong, first: Object.keys(wrong)[0] };
  };
  const form = {
    noValidate: true,
    onSubmit: (event: FormEvent<HTMLFormElement>) => {
      event.preventDefault();
      const { values, wrong, first } = read(event.currentTarget);
      setErrors(wrong);
      if (first === undefined) return onSubmit(values);
      event.currentTarget.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
    },
    onChange: (event: FormEvent<HTMLFormElement>) => {
      if (errors) setErrors(read(event.currentTarget).wrong);
    },
  };
  const none: Partial<Record<Name, string>> = {};
  return { form, errors: errors ?? none };
}
