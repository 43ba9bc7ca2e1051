using Google.Protobuf;
using Grpc.Core;
using Ips.Contracts;
using Ips.Staffing.Db;
using Ips.Staffing.StaffMembers;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Clearances;

/// <summary>
/// Checks staff against a list of excluded persons. The file is compared line by line with the staff in memory; only what may be a staff member is remembered,
/// and everything is stored together when the last line was read.
/// </summary>
public sealed class ImportExclusionList(
    StaffingDb db, StaffRecords records, Gatekeeper gate, Requests requests, Caller caller, PersonalDataProtector protector, TimeProvider clock)
{
    private sealed record Found(StaffIndex.Person Person, Proto.ExclusionMatch Match, int Line, string Entry);

    public async Task<Result<Proto.ListImport>> Handle(IAsyncStreamReader<Proto.ImportExclusionListRequest> pieces, CancellationToken cancellationToken)
    {
        if (!await pieces.MoveNext(cancellationToken))
            return new Problem.Invalid("list", "is missing; send a first message with list and request_id");
        var first = pieces.Current;
        RequestValidator fields = new();
        fields.Choice("list", first.List);
        fields.Require(Guid.TryParse(first.RequestId, out _), "request_id", "is not a UUID; send a new one with every new import");
        if (fields.Problem is { } bad)
            return bad;

        var today = clock.UtcDay();
        var staff = await db.Staff.AsNoTracking().Where(m => m.SeparatedOn == null || m.SeparatedOn >= today).ToListAsync(cancellationToken);
        StaffIndex index = new();
        foreach (var member in staff)
            index.Add(member.Id, member.Provider, StaffIdentity.Of(member, protector));
        staff.Clear();

        List<Found> found = [];
        await using ExclusionListStream content = new(pieces, first.Content.Memory);
        ExclusionListFile file = new(first.List, content);
        if (await file.Read(Compare, cancellationToken) is { } problem)
        {
            await content.Drain(cancellationToken);
            return content.TooLarge ? new Problem.Invalid("content", $"is larger than {ExclusionListStream.Most / (1024 * 1024)} MB; send one list of one month") : problem;
        }

        if (content.Mixed)
            return new Problem.Invalid("list", "stands in a later message; only the first message has list and request_id");

        // The pieces are gone; a retry is recognized by the hash of the file.
        Proto.ImportExclusionListRequest request = new() { List = first.List, RequestId = first.RequestId, Content = ByteString.CopyFromUtf8(file.Sha256) };
        return await requests.Run<Proto.ListImport>(first.RequestId, request, s => Decide(first.List, file, index, found, today, s), cancellationToken);

        void Compare(ListEntry entry)
        {
            foreach (var (person, match) in index.Find(entry))
                found.Add(new(person, match, entry.Line, entry.Text()));
        }
    }

    private async Task<Result<Decided<Proto.ListImport>>> Decide(
        Proto.ExclusionList list, ExclusionListFile file, StaffIndex index, List<Found> found, DateOnly today, CancellationToken cancellationToken)
    {
        // read
        var before = await db.ListImports.AsNoTracking().SingleOrDefaultAsync(
            i => i.Organization == caller.Organization && i.List == list && i.FileSha256 == file.Sha256, cancellationToken);
        HashSet<StaffMemberId> done = [];
        if (before is { Id: var known })
            done = [.. await db.Clearances.Where(c => c.ListImportId == known).Select(c => c.StaffMemberId).ToListAsync(cancellationToken)];
        var todo = index.People.Where(person => !done.Contains(person.Id)).ToList();

        // decide
        Changes changes = new(clock.GetUtcNow());
        var import = before ?? changes.Insert(new ListImport
        {
            Id = ListImportId.New(clock),
            Organization = caller.Organization,
            List = list,
            FileSha256 = file.Sha256,
            Lines = file.Lines,
            CheckedOn = today,
            RecordedAt = changes.Now,
        });
        if (todo.Count == 0 && before is not null)
            return new Decided<Proto.ListImport>(import.ToProto(), changes);
        if (before is not null)
            changes.Update(import);
        import.PeopleChecked += todo.Count;
        import.PeopleWithoutNames = index.WithoutNames;

        var hits = found.ToLookup(f => f.Person.Id);
        foreach (var person in todo)
        {
            var result = hits.Contains(person.Id)
                ? await Hit(person, [.. hits[person.Id]], import, changes, cancellationToken)
                : Proto.ClearanceResult.Pass;
            changes.Insert(new ClearanceCheck
            {
                Id = ClearanceId.New(clock),
                Provider = person.Provider,
                StaffMemberId = person.Id,
                Kind = list == Proto.ExclusionList.OigLeie ? Proto.ClearanceKind.Leie : Proto.ClearanceKind.AdverseActions,
                DoneOn = today,
                Result = result,
                ListImportId = import.Id,
                RecordedAt = changes.Now,
            });
        }

        return new Decided<Proto.ListImport>(import.ToProto(), changes);
    }

    /// <summary>Records the entries that may be the person; one that was found before keeps its answer.</summary>
    private async Task<Proto.ClearanceResult> Hit(
        StaffIndex.Person person, IReadOnlyList<Found> entries, ListImport import, Changes changes, CancellationToken cancellationToken)
    {
        var record = (await records.Read(person.Id, cancellationToken))!;
        var answered = record.Hits.Where(h => h.List == import.List).ToDictionary(h => protector.Unprotect(h.EncryptedEntry), h => h.State, StringComparer.Ordinal);
        List<ExclusionHit> made = [];
        foreach (var entry in entries.DistinctBy(e => e.Entry, StringComparer.Ordinal).Where(e => !answered.ContainsKey(e.Entry)))
        {
            var sure = entry.Match == Proto.ExclusionMatch.Npi;
            made.Add(changes.Insert(new ExclusionHit
            {
                Id = ExclusionHitId.New(clock),
                Provider = person.Provider,
                StaffMemberId = person.Id,
                ListImportId = import.Id,
                List = import.List,
                Line = entry.Line,
                Match = entry.Match,
                EncryptedEntry = protector.Protect(entry.Entry),
                State = sure ? Proto.ExclusionHitState.Confirmed : Proto.ExclusionHitState.Possible,
                Reason = sure ? Proto.ExclusionHitReason.SameNpi : Proto.ExclusionHitReason.Unspecified,
                KnownOn = sure ? import.CheckedOn : null,
                RecordedAt = changes.Now,
            }));
        }

        import.ConfirmedHits += made.Count(h => h.State == Proto.ExclusionHitState.Confirmed);
        import.PossibleHits += made.Count(h => h.State == Proto.ExclusionHitState.Possible);
        if (made.Count > 0)
        {
            changes.Update(record.Member);
            gate.Publish(gate.Of(record), record with { Hits = [.. record.Hits, .. made] }, changes);
        }

        Proto.ExclusionHitState[] states = [.. made.Select(h => h.State), .. entries.Select(e => answered.GetValueOrDefault(e.Entry))];
        return states.Contains(Proto.ExclusionHitState.Confirmed) ? Proto.ClearanceResult.Fail
            : states.Contains(Proto.ExclusionHitState.Possible) ? Proto.ClearanceResult.Possible
            : Proto.ClearanceResult.Pass;
    }
}
