using Hl7.Fhir.Model;
using Ips.Contracts;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;

namespace Ips.Eligibility.Fhir;

/// <summary>
/// The answer to a Claim with its updates as it is now, whole: each item as its last row has it, of the authorizations that the reader may see.
/// </summary>
/// <param name="Thread">The Claim with its updates.</param>
/// <param name="Person">The person.</param>
/// <param name="Frame">What the answer repeats of the Claim.</param>
/// <param name="Items">At least one.</param>
internal sealed record AnsweredClaim(Guid Thread, IndividualId Person, PasFrame Frame, IReadOnlyList<PasItemAnswer> Items)
{
    /// <summary>The answers to Claims; one of which nothing may be seen is left out.</summary>
    public static async Task<Dictionary<Guid, AnsweredClaim>> Read(
        EligibilityDb db, IReadOnlyCollection<Guid> threads, PersonalDataProtector protector, PolicyService policies, CancellationToken cancellationToken)
    {
        var rows = (await db.FhirRequests.AsNoTracking().Where(r => threads.Contains(r.ThreadId)).OrderBy(r => r.Id).ToListAsync(cancellationToken))
            .ToLookup(r => r.ThreadId);
        List<AuthorizationId> ids = [.. rows.SelectMany(thread => thread).Select(r => r.AuthorizationId).Distinct()];
        var present = await db.Authorizations.AsNoTracking().Include(a => a.Decision).Where(a => ids.Contains(a.Id)).ToDictionaryAsync(a => a.Id, cancellationToken);
        Dictionary<Guid, AnsweredClaim> answered = [];
        foreach (var thread in rows)
        {
            List<(FhirRequest Row, FhirContent Content)> items =
            [
                .. thread.GroupBy(r => r.Sequence).Select(item => item.Last()).Where(row => present.ContainsKey(row.AuthorizationId))
                    .OrderBy(row => row.Id).Select(row => (row, row.Read(protector))),
            ];
            if (items.Count > 0 && items[^1].Content.Frame is { } frame)
            {
                answered.Add(thread.Key, new(thread.Key, items[^1].Row.IndividualId, PasFrame.Read(frame),
                    [.. items.Select(i => new PasItemAnswer(i.Row.Sequence, i.Content with { Answer = PasAnswer.Of(present[i.Row.AuthorizationId], protector, policies) }, null))]));
            }
        }

        return answered;
    }

    /// <summary>The Bundle of the answer.</summary>
    /// <param name="at">The time that it has.</param>
    /// <param name="id">Its id.</param>
    /// <param name="server">The address of the FHIR endpoint.</param>
    public Bundle Whole(DateTimeOffset at, Guid id, string server) => new PasReply(Frame, PasReply.OfSubmission, server).Of(at, Items, id);
}
