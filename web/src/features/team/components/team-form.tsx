import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleAlert, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import type { Member, Team } from '@/lib/api';
import { showProblem } from '@/lib/form';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { PanelForm } from '@/ui/panel-form';
import { SearchInput } from '@/ui/search-input';
import { createTeam, patchTeam, teamsQuery } from '../api';
import { type TeamForm as Form, teamSchema } from '../schema';

interface Props {
  account: string;
  team?: Team;
  people: readonly Member[];
  onClose: () => void;
  onDelete?: () => void;
}

/** A team's name and its people. */
export function TeamForm({ account, team, people, onClose, onDelete }: Props) {
  const client = useQueryClient();
  const [problem, setProblem] = useState<string | null>(null);
  const [q, setQ] = useState('');
  const { register, handleSubmit, formState, setError, watch, setValue } = useForm<Form>({
    resolver: zodResolver(teamSchema),
    defaultValues: { name: team?.name ?? '', members: team?.members ?? [] },
  });
  const save = useMutation({
    mutationFn: (form: Form) => (team ? patchTeam(account, team, form) : createTeam(account, form)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: teamsQuery(account).queryKey });
      onClose();
    },
    onError: (error) => setProblem(showProblem(error, setError, ['name', 'members'])),
  });
  const members = watch('members');
  const shown = people.filter(({ name, email }) =>
    `${name} ${email}`.toLowerCase().includes(q.toLowerCase()),
  );
  const toggle = (id: string) =>
    setValue('members', members.includes(id) ? members.filter((other) => other !== id) : [...members, id]);
  return (
    <PanelForm
      submit={team ? 'Save team' : 'Create team'}
      busy={save.isPending}
      onCancel={onClose}
      aside={
        onDelete && (
          <Button look="danger" icon={Trash2} onClick={onDelete}>
            Delete
          </Button>
        )
      }
      onSubmit={handleSubmit((form) => {
        setProblem(null);
        save.mutate(form);
      })}
    >
      {problem && (
        <Banner tone="bad" icon={CircleAlert} role="alert">
          {problem}
        </Banner>
      )}
      <Field label="Name" error={formState.errors.name?.message}>
        {(slot) => <Input {...slot} {...register('name')} autoFocus autoComplete="off" />}
      </Field>
      <fieldset className="flex min-w-0 flex-col gap-1">
        <legend className="mb-1 font-medium text-ink-2 text-xs">People</legend>
        {people.length > 8 && <SearchInput label="Search people" value={q} onChange={setQ} />}
        {shown.map(({ id, name, email }) => (
          <label key={id} className="flex items-center gap-2.5 rounded-md px-1 py-1 hover:bg-hover">
            <input
              type="checkbox"
              checked={members.includes(id)}
              onChange={() => toggle(id)}
              className="size-4 shrink-0 accent-brand"
            />
            <span className="min-w-0">
              <span className="block truncate">{name}</span>
              <span className="block truncate text-ink-3 text-xs">{email}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <p className="text-ink-3 text-xs">
        Who holds a role that reaches its teams’ records sees what belongs to anybody ticked here.
      </p>
    </PanelForm>
  );
}
