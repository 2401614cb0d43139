import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { useShortForm } from '../use-short-form';

const rules = { code: { message: 'Six digits, or one of your recovery codes.', least: 6 } };

interface Props {
  busy: boolean;
  blocked: boolean;
  onSubmit: (code: string) => void;
  onBack: () => void;
}

export function CodeForm({ busy, blocked, onSubmit, onBack }: Props) {
  const { form, errors } = useShortForm(rules, ({ code }) => onSubmit(code));
  return (
    <form {...form} className="flex flex-col gap-4">
      <Field label="Code" hint="From your authenticator app. A recovery code works too." error={errors.code}>
        {(slot) => (
          <Input
            {...slot}
            name="code"
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
