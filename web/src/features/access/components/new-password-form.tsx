import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { showProblem } from '@/lib/form';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { passwordStrength } from '../model';
import { type NewPasswordForm as Form, newPasswordSchema } from '../schema';
import { PasswordInput } from './password-input';
import { StrengthHint } from './strength-hint';

interface Props {
  /** Whose password it is: password managers file it under this, and it is no part of a good one. */
  email: string;
  /** The present one is asked for too. */
  asksPresent?: boolean;
  submit: string;
  save: (form: Form) => Promise<void>;
  onDone: () => void;
}

export function NewPasswordForm({ email, asksPresent, submit, save, onDone }: Props) {
  const [problem, setProblem] = useState<string | null>(null);
  const { register, handleSubmit, formState, setError, watch } = useForm<Form>({
    resolver: zodResolver(newPasswordSchema),
    defaultValues: { present: '', password: '' },
  });
  const change = useMutation({
    mutationFn: save,
    onSuccess: onDone,
    onError: (error) => setProblem(showProblem(error, setError, ['present', 'password'])),
  });
  const { errors } = formState;
  return (
    <form
      noValidate
      method="post"
      className="flex flex-col gap-4"
      onSubmit={handleSubmit((form) => {
        setProblem(null);
        change.mutate(form);
      })}
    >
      {problem && (
        <Banner tone="bad" icon={CircleAlert} role="alert">
          {problem}
        </Banner>
      )}
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      {asksPresent && (
        <Field label="Present password" error={errors.present?.message}>
          {(slot) => (
            <PasswordInput
              tall
              {...slot}
              {...register('present')}
              autoComplete="current-password"
              autoFocus
            />
          )}
        </Field>
      )}
      <Field
        label="New password"
        error={errors.password?.message}
        hint={<StrengthHint strength={passwordStrength(watch('password'), [email])} />}
      >
        {(slot) => (
          <PasswordInput
            tall
            {...slot}
            {...register('password')}
            autoComplete="new-password"
            autoFocus={!asksPresent}
          />
        )}
      </Field>
      <Button type="submit" look="primary" busy={change.isPending} className="h-9">
        {submit}
      </Button>
    </form>
  );
}
