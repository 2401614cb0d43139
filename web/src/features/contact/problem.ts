import type { UseFormSetError } from 'react-hook-form';
import { refusedValues } from '@/features/field';
import { showProblem } from '@/lib/form';
import { emptyForm, formFields } from './form';
import type { ContactForm } from './schema';

/** Puts a refusal beside the fields it speaks of: a line of the address and a custom field by their own names. */
export function showContactProblem(error: unknown, setError: UseFormSetError<ContactForm>): string | null {
  const lines = Object.keys(emptyForm.address).map((line) => `address.${line}` as 'address.city');
  return showProblem(error, setError, [...refusedValues(error), ...lines, ...formFields]);
}
