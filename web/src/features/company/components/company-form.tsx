import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Building2, CircleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useForm } from 'react-hook-form';
import { companyFieldsQuery, refusedValues, valueClashes } from '@/features/field';
import { type Company, isProblem } from '@/lib/api';
import { showProblem } from '@/lib/form';
import { toast } from '@/lib/toast';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { PanelForm } from '@/ui/panel-form';
import { StaleNotice } from '@/ui/stale-notice';
import { companyQuery, createCompany, storeCompany, updateCompany } from '../api';
import {
  clashes,
  companyFields,
  companySchema,
  emptyCompany,
  type CompanyForm as Form,
  patchOf,
  toForm,
} from '../form';
import { duplicateOf } from '../model';
import { CompanyFields } from './company-fields';

interface Props {
  account: string;
  /** What is changed; nothing makes a new one. */
  company?: Company;
  actions?: ReactNode;
  onOpen: (id: string) => void;
  onSaved: (company: Company) => void;
  onCancel: () => void;
}

/** Makes a company, or changes one: what somebody else changed meanwhile is never overwritten unseen. */
export function CompanyForm({ account, company, actions, onOpen, onSaved, onCancel }: Props) {
  const client = useQueryClient();
  const [key, setKey] = useState(() => crypto.randomUUID());
  // What was on the screen when the editing began: live changes must not slip in unseen.
  const [base, setBase] = useState(company);
  const [theirs, setTheirs] = useState<Company | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const was = base ? toForm(base) : emptyCompany;
  const form = useForm<Form>({ resolver: zodResolver(companySchema), defaultValues: was });
  const { data: fields = [] } = useQuery(companyFieldsQuery(account));
  const save = useMutation({
    mutationFn: ({ input, over }: { input: Form; over?: Company }) =>
      over
        ? updateCompany(account, over.id, over.version, patchOf(was, input))
        : createCompany(account, patchOf(emptyCompany, input), key),
    onSuccess: (saved) => {
      storeCompany(client, account, saved);
      toast({ title: company ? 'Saved' : `${saved.name} created`, tone: 'good', duration: 2500 });
      onSaved(saved);
    },
    onError: async (error) => {
      setKey(crypto.randomUUID());
      if (company && isProblem(error) && error.status === 412)
        return setTheirs(await client.fetchQuery({ ...companyQuery(account, company.id), staleTime: 0 }));
      if (!duplicateOf(error))
        setProblem(showProblem(error, form.setError, [...refusedValues(error), ...companyFields]));
    },
  });
  const submit = (over: Company | undefined) =>
    form.handleSubmit((input) => {
      setProblem(null);
      setTheirs(null);
      if (over && Object.keys(patchOf(was, input)).length === 0) return onCancel();
      if (!save.isPending) save.mutate({ input, over });
    });
  const duplicate = duplicateOf(save.error, fields);
  return (
    <PanelForm
      submit={company ? 'Save' : 'Create company'}
      busy={save.isPending}
      onCancel={onCancel}
      onSubmit={submit(base)}
      aside={actions}
    >
      {theirs && (
        <StaleNotice
          clashes={[
            ...clashes(was, toForm(theirs), form.getValues()),
            ...valueClashes(fields, was.custom, theirs.custom, form.getValues('custom')),
          ]}
          onKeepMine={submit(theirs)}
          onTakeTheirs={() => {
            form.reset(toForm(theirs));
            setBase(theirs);
            setTheirs(null);
          }}
        />
      )}
      {duplicate && (
        <Banner
          tone="warn"
          icon={Building2}
          role="alert"
          action={
            <Button size="sm" onClick={() => onOpen(duplicate.id)}>
              Open it
            </Button>
          }
        >
          <strong className="font-semibold">{duplicate.name}</strong> already has this {duplicate.what}.
        </Banner>
      )}
      {problem && (
        <Banner tone="bad" icon={CircleAlert} role="alert">
          {problem}
        </Banner>
      )}
      <CompanyFields account={account} form={form} autoFocus={!company} />
    </PanelForm>
  );
}
