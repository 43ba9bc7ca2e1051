using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>Shows what <see cref="FollowMerge"/> would move and decide again, and what of both people is paid once.</summary>
public sealed class PreviewMerge(BillingDb db, FollowMerge merges, ReconsiderClaimLines lines)
{
    public async Task<Result<Proto.PreviewMergeResponse>> Handle(Proto.PreviewMergeRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var survivor = fields.Id<IndividualId>("survivor", request.Survivor);
        var merged = fields.Id<IndividualId>("merged", request.Merged);
        fields.Require(survivor != merged || merged == default, "merged", "is the survivor itself");
        if (fields.Problem is { } bad)
            return bad;
        Proto.PreviewMergeResponse reply = new() { Individuals = { survivor.Name, merged.Name } };
        reply.Moves.AddRange((await merges.Count(new PersonMove(merged, survivor, [merged]), cancellationToken))
            .Select(kind => new MovedRecords { Kind = kind.Key, Count = kind.Value }));
        var open = await lines.Lines([survivor, merged], cancellationToken);
        reply.DecidedAgain.AddRange(open.Select(line => line.Id.Name));
        var milestones = await db.Milestones.AsNoTracking().Where(m => m.IndividualId == survivor || m.IndividualId == merged).OrderBy(m => m.Id)
            .ToListAsync(cancellationToken);
        Pair("milestones_of_one_number", milestones.Where(m => m.Number > 1 && m.State is not (Proto.MilestoneState.Denied or Proto.MilestoneState.Returned)),
            m => m.IndividualId, m => m.Id.Name, (one, other) => one.Program == other.Program && one.Number == other.Number);
        Pair("ready_lines_of_one_milestone", open.Where(l => l.State == Proto.ClaimLineState.Ready && l.MilestoneNumber > 1), l => l.IndividualId, l => l.Id.Name,
            (one, other) => one.Program == other.Program && one.MilestoneNumber == other.MilestoneNumber);
        return reply;

        void Pair<T>(string kind, IEnumerable<T> rows, Func<T, IndividualId> person, Func<T, string> name, Func<T, T, bool> conflicts)
        {
            var of = rows.ToLookup(person);
            reply.Conflicts.AddRange(from one in of[survivor]
                                     from other in of[merged]
                                     where conflicts(one, other)
                                     select new MergeConflict { Kind = kind, SurvivorRecord = name(one), MergedRecord = name(other) });
        }
    }
}
