import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Place } from '@/features/access';
import { explain, type Member, type Role } from '@/lib/api';
import { toast } from '@/lib/toast';
import { undoable } from '@/lib/undo';
import { giveRole, readAgain, removeMember, storeMember } from './api';

/** Another role counts at once, since it may be there to hold somebody back; "Undo" gives the former one again. */
export function useMemberActions(place: Place) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: ({ member, role }: { member: Member; role: Role }) => giveRole(place, member, role.id),
    onMutate: ({ member, role }) =>
      storeMember(client, place, member.id, { ...member, role: role.id, role_name: role.name }),
    onSuccess: (saved, { member, role }) => {
      storeMember(client, place, saved.id, saved);
      toast({
        title: `${saved.name} is ${role.name} now`,
        tone: 'good',
        action: {
          label: 'Undo',
          run: () => back.mutate({ saved, former: member.role }),
        },
      });
    },
    onError: (error, { member }) => {
      toast({ title: `${member.name} keeps their role`, detail: explain(error), tone: 'bad' });
      storeMember(client, place, member.id, member);
      void readAgain(client, place);
    },
  });
  const back = useMutation({
    mutationFn: ({ saved, former }: { saved: Member; former: string }) => giveRole(place, saved, former),
    onSuccess: (member) => storeMember(client, place, member.id, member),
    onError: (error) => {
      toast({ title: 'The role was not given back', detail: explain(error), tone: 'bad' });
      void readAgain(client, place);
    },
  });
  const remove = (member: Member) => {
    storeMember(client, place, member.id);
    undoable({
      title: `${member.name} removed`,
      commit: () => removeMember(place, member).finally(() => readAgain(client, place)),
      revert: () => void readAgain(client, place),
    });
  };
  return { change: change.mutate, remove };
}
