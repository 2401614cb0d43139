import { zodResolver } from '@hookform/resolvers/zod';
import { useForm } from 'react-hook-form';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { codeSchema, type CodeForm as Form } from '../schema';

interface Props {
  busy: boolean;
  blocked: boolean;
  onSubmit: (code: string) => void;
  onBack: () => void;
}

export function CodeForm({ busy, blocked, onSubmit, onBack }: Props) {
  const { register, handleSubmit, formState } = useForm<Form>({
    resolver: zodResolver(codeSchema),
    defaultValues: { code: '' },
  });
  return (
    <form noValidate onSubmit={handleSubmit(({ code }) => onSubmit(code))} className="flex flex-col gap-4">
      <Field
        label="Code"
        hint="From your authenticator app. A recovery code works too."
        error={formState.errors.code?.message}
      >
        {(slot) => (
          <Input
            {...slot}
            {...register('code')}
            autoComplete="one-time-code"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
            className="tabular h-9 font-mono tracking-widest"
          />
        )}
      </Field>
      <Button type="submit" look="primary" busy={busy} disabled={blocked} className="h-9">
        Continue
      </Button>
      <Button look="ghost" onClick={onBack}>
        Back
      </Button>
    </form>
  );
}
