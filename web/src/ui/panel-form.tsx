import type { ComponentProps, ReactNode } from 'react';
import { Button } from './button';

interface Props extends ComponentProps<'form'> {
  submit: string;
  busy: boolean;
  onCancel: () => void;
  /** Stands at the start of the footer. */
  aside?: ReactNode;
}

/** A form that fills a side panel: fields scroll, the primary action stays. */
export function PanelForm({ submit, busy, onCancel, aside, children, ...rest }: Props) {
  return (
    <form noValidate {...rest} className="flex min-h-0 flex-1 flex-col">
      <div className="scroll-thin flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto p-4">{children}</div>
      <footer className="flex shrink-0 flex-wrap items-center justify-end gap-2 border-line border-t px-4 py-3">
        {aside && <div className="me-auto">{aside}</div>}
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" look="primary" busy={busy}>
          {submit}
        </Button>
      </footer>
    </form>
  );
}
