using System.Diagnostics.Metrics;
using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Billing.Receiving;
using Ips.Billing.Sending;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Mailboxes;

/// <summary>
/// Delivers the files of batches to mailboxes and takes in what payers put there. Each step at the server is followed by a commit that says so, and is one that
/// may be done again: a process may end between any two of them, and several replicas may run it. A file is written under a hidden name, which is committed
/// before it is renamed; from then on a hidden file that is gone is a file that was delivered. An incoming file is renamed into the archive before it is read.
/// </summary>
public sealed partial class ExchangeFiles(
    BillingDb db, IMailboxes mailboxes, Requests requests, ReceiveFile receive, PersonalDataProtector protector, AuditTrail trail,
    IOptions<MailboxOptions> options, TimeProvider clock, ILogger<ExchangeFiles> log) : IServiceCommand
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);
    private static readonly string[] Unfinished = [".part", ".filepart", ".tmp"];

    private static readonly Gauge<int> Waiting = Telemetry.Meter.CreateGauge<int>(
        "ips.mailbox.files.waiting", "{file}", "Files that are not exchanged yet, by direction and by why the latest attempt failed.");

    /// <inheritdoc/>
    public string Name => "exchange-files";

    /// <inheritdoc/>
    public async Task<int> Run(CancellationToken cancellationToken) => await Exchange(cancellationToken) ? 0 : 1;

    /// <summary>Looks into every mailbox once. False when something failed; it is tried again the next time.</summary>
    public async Task<bool> Exchange(CancellationToken cancellationToken)
    {
        var good = true;
        foreach (var (name, box) in options.Value.At)
            good &= await Exchange(name, box, cancellationToken);
        var open = await db.FileTransfers.AsNoTracking().Where(f => f.EndedAt == null).ToListAsync(cancellationToken);
        foreach (var lost in open.Where(f => options.Value.Of(f.Provider, f.Payer) is null && f.Problem != Proto.FileTransferProblem.NoMailbox))
            await Failed(lost.Id, Proto.FileTransferProblem.NoMailbox, cancellationToken);
        foreach (var direction in new[] { Proto.FileDirection.Outgoing, Proto.FileDirection.Incoming })
        {
            foreach (var problem in Enum.GetValues<Proto.FileTransferProblem>())
                Waiting.Record(open.Count(f => f.Direction == direction && f.Problem == problem),
                    new("ips.mailbox.direction", WireCode.Lower(direction)), new("ips.mailbox.problem", WireCode.Lower(problem) ?? "none"));
        }

        return good;
    }

    private async Task<bool> Exchange(string name, Mailbox box, CancellationToken cancellationToken)
    {
        try
        {
            await using var session = await mailboxes.Open(box, cancellationToken);
            var good = true;
            foreach (var file in await Open(box, Proto.FileDirection.Outgoing, cancellationToken))
                good &= await Try(name, file.Id, begun => Deliver(session, box, begun, cancellationToken), cancellationToken);
            foreach (var file in await Look(session, box, cancellationToken))
                good &= await Try(name, file, begun => TakeIn(session, box, begun, cancellationToken), cancellationToken);
            return good;
        }
        catch (Exception broken) when (MailboxException.ProblemOf(broken) is { } problem)
        {
            // Not of one file: none can be exchanged now.
            Failing(log, name, problem, broken.GetType());
            foreach (var file in (await Open(box, null, cancellationToken)).Where(f => f.Problem != problem))
                await Failed(file.Id, problem, cancellationToken);
            return false;
        }
    }

    private Task<List<FileTransfer>> Open(Mailbox box, Proto.FileDirection? direction, CancellationToken cancellationToken) =>
        db.FileTransfers.AsNoTracking().Where(f => f.Provider == box.Provider && f.Payer == box.Payer && f.EndedAt == null
            && (direction == null || f.Direction == direction)).OrderBy(f => f.Id).ToListAsync(cancellationToken);

    /// <summary>One attempt, counted before it begins. A connection that breaks ends the exchange with the mailbox; anything else is of this file alone.</summary>
    private async Task<bool> Try(string name, FileTransferId id, Func<FileTransfer, Task> exchange, CancellationToken cancellationToken)
    {
        if (!(await Begin(id, cancellationToken)).Is(out var begun, out _))
            return true;
        try
        {
            await exchange(begun);
            return true;
        }
        catch (Exception broken) when (MailboxException.ProblemOf(broken) is { } problem && problem != Proto.FileTransferProblem.Unreachable)
        {
            Failing(log, name, problem, broken.GetType());
            await Failed(id, problem, cancellationToken);
            return false;
        }
        catch (Exception broken) when (MailboxException.ProblemOf(broken) is null && !cancellationToken.IsCancellationRequested)
        {
            Failing(log, name, Proto.FileTransferProblem.Internal, broken.GetBaseException().GetType());
            await Failed(id, Proto.FileTransferProblem.Internal, cancellationToken);
            return false;
        }
    }

    /// <summary>Counts the attempt and sets the next one; a problem when it is not the time for one, or nothing is left to do.</summary>
    private Task<Result<FileTransfer>> Begin(FileTransferId id, CancellationToken cancellationToken) => Change(id, (file, changes) =>
    {
        if (file.NextAttemptAt > changes.Now)
            return new Problem.Conflict("file transfer", "it is not the time for an attempt");
        var wait = options.Value.Interval * Math.Pow(2, Math.Min(file.Attempts, 16));
        (file.Attempts, file.NextAttemptAt) = (file.Attempts + 1, changes.Now + (wait < LongestWait ? wait : LongestWait));
        if (file is { Direction: Proto.FileDirection.Outgoing, State: Proto.FileTransferState.Waiting })
            file.Draft = $"{file.Drafts}{file.Attempts}.part";
        changes.Update(file);
        return null;
    }, cancellationToken);

    private Task<Result<FileTransfer>> Failed(FileTransferId id, Proto.FileTransferProblem problem, CancellationToken cancellationToken) =>
        Change(id, (file, changes) =>
        {
            file.Problem = problem;
            changes.Update(file);
            return null;
        }, cancellationToken);

    private async Task<Result<FileTransfer>> Change(FileTransferId id, Func<FileTransfer, Changes, Problem?> change, CancellationToken cancellationToken) =>
        await requests.Run(async s =>
        {
            if (await db.FileTransfers.AsNoTracking().SingleOrDefaultAsync(f => f.Id == id && f.EndedAt == null, s) is not { } file)
                return new Problem.NotFound("file transfer", id.Name);
            Changes changes = new(clock.GetUtcNow());
            return change(file, changes) is { } problem ? problem : (Result<Decided<FileTransfer>>)new Decided<FileTransfer>(file, changes);
        }, cancellationToken);

    private async Task Deliver(IMailboxSession session, Mailbox box, FileTransfer file, CancellationToken cancellationToken)
    {
        var drafts = (await session.List(box.Outgoing, cancellationToken)).Select(f => f.Name)
            .Where(n => n.StartsWith(file.Drafts, StringComparison.Ordinal)).ToList();
        if (file.State == Proto.FileTransferState.Waiting)
        {
            foreach (var left in drafts)
                await session.Delete($"{box.Outgoing}/{left}", cancellationToken);
            if (!(await Write(session, box, file, cancellationToken)).Is(out _, out _))
                return;
            drafts = [file.Draft];
        }

        if (drafts.Contains(file.Draft))
            await Rename(session, $"{box.Outgoing}/{file.Draft}", $"{box.Outgoing}/{file.FileName}", cancellationToken);
        // A draft that is gone was renamed by an attempt that ended before it could say so.
        (await requests.Run(async s =>
        {
            var sent = await db.FileTransfers.AsNoTracking().SingleAsync(f => f.Id == file.Id, s);
            var batch = await db.ClaimBatches.AsNoTracking().SingleAsync(b => b.Id == file.ClaimBatchId, s);
            var claims = await db.Claims.AsNoTracking().Where(c => c.ClaimBatchId == batch.Id && c.State == Proto.ClaimState.Batched).ToListAsync(s);
            Changes changes = new(clock.GetUtcNow());
            if (sent.EndedAt is null)
            {
                sent.End(changes, Proto.FileTransferState.Done);
                batch.HandOver(changes, claims);
            }

            return (Result<Decided<FileTransfer>>)new Decided<FileTransfer>(sent, changes);
        }, cancellationToken)).OrThrow();
    }

    /// <summary>Writes the draft and says so; a problem when the batch was marked as sent meanwhile, or another attempt has begun.</summary>
    private async Task<Result<FileTransfer>> Write(IMailboxSession session, Mailbox box, FileTransfer file, CancellationToken cancellationToken)
    {
        var batch = await db.ClaimBatches.AsNoTracking().SingleAsync(b => b.Id == file.ClaimBatchId, cancellationToken);
        var people = await db.Claims.Where(c => c.ClaimBatchId == batch.Id).Select(c => c.IndividualId).Distinct().ToListAsync(cancellationToken);
        await trail.Read(people, cancellationToken);
        var (draft, content) = ($"{box.Outgoing}/{file.Draft}", protector.UnprotectBytes(batch.EncryptedFile));
        await session.Write(draft, content, cancellationToken);
        if (await session.Size(draft, cancellationToken) != content.Length)
            throw new MailboxException(Proto.FileTransferProblem.Unreachable);
        return await Change(file.Id, (stored, changes) =>
        {
            if (stored.Version != file.Version)
                return new Problem.Stale("file transfer", file.Id.Name);
            (stored.State, stored.Problem) = (Proto.FileTransferState.Written, Proto.FileTransferProblem.Unspecified);
            changes.Update(stored);
            return null;
        }, cancellationToken);
    }

    /// <summary>What is in the incoming folder: a file that is new is recorded, one that is as it was at the last look is taken in.</summary>
    private async Task<List<FileTransferId>> Look(IMailboxSession session, Mailbox box, CancellationToken cancellationToken)
    {
        var found = (await session.List(box.Incoming, cancellationToken))
            .Where(f => !f.Name.StartsWith('.') && !Unfinished.Any(end => f.Name.EndsWith(end, StringComparison.OrdinalIgnoreCase))).ToList();
        var open = (await Open(box, Proto.FileDirection.Incoming, cancellationToken)).ToDictionary(f => f.FileName, StringComparer.Ordinal);
        List<FileTransferId> still = [.. open.Values.Where(f => !found.Exists(at => at.Name == f.FileName)).Select(f => f.Id)];
        foreach (var at in found)
        {
            if (open.GetValueOrDefault(at.Name) is not { } known)
                await Record(box, at, cancellationToken);
            else if (known.Attempts > 0 || (known.Size, known.WrittenAt) == (at.Size, at.WrittenAt))
                still.Add(known.Id);
            else
                await Change(known.Id, (file, changes) =>
                {
                    (file.Size, file.WrittenAt) = (at.Size, at.WrittenAt);
                    changes.Update(file);
                    return null;
                }, cancellationToken);
        }

        return still;
    }

    private Task<Result<FileTransfer>> Record(Mailbox box, MailboxFile at, CancellationToken cancellationToken) => requests.Run(async s =>
    {
        Changes changes = new(clock.GetUtcNow());
        // Another replica may have recorded it meanwhile.
        var known = await db.FileTransfers.AsNoTracking().SingleOrDefaultAsync(f => f.Provider == box.Provider && f.Payer == box.Payer
            && f.Direction == Proto.FileDirection.Incoming && f.FileName == at.Name && f.EndedAt == null, s);
        return (Result<Decided<FileTransfer>>)new Decided<FileTransfer>(known ?? changes.Insert(new FileTransfer
        {
            Id = FileTransferId.New(clock),
            Provider = box.Provider,
            Payer = box.Payer,
            Direction = Proto.FileDirection.Incoming,
            State = Proto.FileTransferState.Waiting,
            FileName = at.Name,
            Size = at.Size,
            WrittenAt = at.WrittenAt,
            NextAttemptAt = changes.Now,
            RecordedAt = changes.Now,
        }), changes);
    }, cancellationToken);

    private async Task TakeIn(IMailboxSession session, Mailbox box, FileTransfer file, CancellationToken cancellationToken)
    {
        var (incoming, archived) = ($"{box.Incoming}/{file.FileName}", $"{box.Archive}/{file.Archived}");
        var size = await session.Size(archived, cancellationToken);
        if (size is null)
        {
            if (await session.Size(incoming, cancellationToken) is not { } waiting)
            {
                // Looked at again: another replica may have taken it between both looks.
                if (await session.Size(archived, cancellationToken) is null)
                    await Change(file.Id, (gone, changes) =>
                    {
                        gone.End(changes, Proto.FileTransferState.Cancelled);
                        return null;
                    }, cancellationToken);
                return;
            }

            if (waiting > ReceiveFile.MostOfAll)
                throw new MailboxException(Proto.FileTransferProblem.TooLarge);
            await Rename(session, incoming, archived, cancellationToken);
        }

        var content = IncomingFile.Read(await session.Read(archived, cancellationToken));
        (await requests.Run(async s =>
        {
            var taken = await db.FileTransfers.AsNoTracking().SingleAsync(f => f.Id == file.Id, s);
            if (!(await receive.Decide(content, file.Provider, s)).Is(out var decided, out var problem))
                return problem;
            if (taken.EndedAt is null)
            {
                (taken.Sha256, taken.Size) = (decided.Reply.Sha256, decided.Reply.Size);
                taken.ReceivedFileId = ReceivedFileId.TryParse(decided.Reply.Name, out var received) ? received : null;
                taken.End(decided.Changes, Proto.FileTransferState.Done);
            }

            return (Result<Decided<FileTransfer>>)new Decided<FileTransfer>(taken, decided.Changes);
        }, cancellationToken)).OrThrow();
    }

    private static async Task Rename(IMailboxSession session, string path, string to, CancellationToken cancellationToken)
    {
        if (await session.Size(to, cancellationToken) is not null)
            throw new MailboxException(Proto.FileTransferProblem.NameTaken);
        await session.Rename(path, to, cancellationToken);
    }

    [LoggerMessage(5105, LogLevel.Warning, "Files of the mailbox {Mailbox} wait: {Problem} ({Fault}); they are tried again")]
    private static partial void Failing(ILogger log, string mailbox, Proto.FileTransferProblem problem, Type fault);
}

/// <summary>Looks into the mailboxes again and again.</summary>
internal sealed partial class MailboxRounds(IServiceScopeFactory scopes, IOptions<MailboxOptions> options, TimeProvider clock, ILogger<MailboxRounds> log)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.At.Count == 0)
            return;
        using PeriodicTimer rounds = new(options.Value.Interval, clock);
        do
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<ExchangeFiles>().Exchange(stoppingToken);
            }
            catch (Exception broken) when (!stoppingToken.IsCancellationRequested)
            {
                Waits(log, broken.GetBaseException().GetType());
            }
        }
        while (await Next(rounds, stoppingToken));
    }

    private static async Task<bool> Next(PeriodicTimer rounds, CancellationToken stoppingToken)
    {
        try
        {
            return await rounds.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(5106, LogLevel.Warning, "The mailboxes were not looked into ({Fault}); the next round does it")]
    private static partial void Waits(ILogger log, Type fault);
}
