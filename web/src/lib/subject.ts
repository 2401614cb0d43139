/** Whom a note or a task is about: one of the two. */
export interface Subject {
  contact_id?: string;
  company_id?: string;
}

export function subjectId({ contact_id, company_id }: Subject): string {
  return contact_id ?? company_id ?? '';
}
