import { BellOff } from 'lucide-react';
import { Badge } from '@/ui/badge';

export function OptedOutBadge() {
  return (
    <Badge tone="warn">
      <BellOff aria-hidden size={11} />
      Opted out
    </Badge>
  );
}
