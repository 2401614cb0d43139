package workers

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/queue"
)

func eraseContact(s *contact.Service) func(context.Context, queue.Job[contact.EraseJob]) error {
	return func(ctx context.Context, j queue.Job[contact.EraseJob]) error {
		return s.Erase(ctx, j.Args.ContactID)
	}
}

func remindOfTask(s *contact.Service) func(context.Context, queue.Job[contact.TaskReminderJob]) error {
	return func(ctx context.Context, j queue.Job[contact.TaskReminderJob]) error {
		return s.Remind(ctx, j.Args.TaskID)
	}
}

func runBulk(s *contact.Service) func(context.Context, queue.Job[contact.BulkJob]) error {
	return func(ctx context.Context, j queue.Job[contact.BulkJob]) error {
		return s.RunBulk(ctx, j.Args.BulkID)
	}
}

func giveUpBulk(s *contact.Service) func(context.Context, pgx.Tx, contact.BulkJob, error) error {
	return func(ctx context.Context, tx pgx.Tx, j contact.BulkJob, why error) error {
		return s.BulkGivenUp(ctx, tx, j.BulkID, why)
	}
}

func tidyBulk(s *contact.Service) func(context.Context, queue.Job[contact.BulkTidyJob]) error {
	return func(ctx context.Context, j queue.Job[contact.BulkTidyJob]) error {
		return s.TidyBulk(ctx, j.Args.BulkID)
	}
}

func runImport(s *contact.Service) func(context.Context, queue.Job[contact.ImportJob]) error {
	return func(ctx context.Context, j queue.Job[contact.ImportJob]) error {
		return s.RunImport(ctx, j.Args.ImportID)
	}
}

func letGoOfMerges(s *contact.Service) func(context.Context, queue.Job[contact.MergeExpiryJob]) error {
	return func(ctx context.Context, _ queue.Job[contact.MergeExpiryJob]) error { return s.LetGoOfMerges(ctx) }
}

func walkMatches(s *contact.Service) func(context.Context, queue.Job[contact.MatchWalkJob]) error {
	return func(ctx context.Context, _ queue.Job[contact.MatchWalkJob]) error { return s.WalkMatches(ctx) }
}
