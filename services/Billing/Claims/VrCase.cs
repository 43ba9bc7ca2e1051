using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Policies.Milestones;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>
/// A referral to the vocational rehabilitation agency as Eligibility last published it: what that agency decided says who pays milestones 3 to 5.
/// </summary>
public sealed class VrCase
{
    /// <summary>How far the clocks of two services may differ.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>The referral.</summary>
    public required ReferralId Id { get; init; }

    /// <summary>The person; after a merge the survivor.</summary>
    public required IndividualId IndividualId { get; set; }

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>The state, as the event writes it.</summary>
    public required string State { get; set; }

    /// <summary>The day of the step into that state.</summary>
    public required DateOnly On { get; set; }

    /// <summary>The number of the event within the referral's; the highest counts.</summary>
    public required long Sequence { get; set; }

    /// <summary>When that event was published, UTC: after a restore of its service the numbers begin again.</summary>
    public required DateTimeOffset ChangedAt { get; set; }

    /// <summary>Whether an event is later than the one that the row comes from.</summary>
    public bool IsBefore(ReferralMovedV1 moved) => (moved.Sequence > Sequence && moved.OccurredAt >= ChangedAt - ClockSkew)
        || moved.OccurredAt > ChangedAt + ClockSkew;

    /// <summary>What the state says about funding; null while the agency was not asked.</summary>
    public VrStatus? Status => State switch
    {
        "eligible_open" => VrStatus.Funding,
        "ineligible" => VrStatus.Ineligible,
        "closed" => VrStatus.Closed,
        "declined_by_individual" => VrStatus.DeclinedByIndividual,
        "referred" or "dvrs_determining" => VrStatus.Determining,
        _ => null,
    };
}

/// <summary>Who funds milestones 3 to 5, from what the vocational rehabilitation agency recorded and the provider states.</summary>
/// <param name="Status">The status; null when not known.</param>
/// <param name="Document">Day of the record or letter that it does not fund; null when there is none.</param>
/// <param name="Case">The referral that says so; null when the provider's statement does, or nothing.</param>
internal readonly record struct VrStanding(VrStatus? Status, DateOnly? Document, ReferralId? Case)
{
    /// <summary>The later of the latest record and the statement counts; on the same day the record.</summary>
    /// <param name="cases">The person's referrals in the program.</param>
    /// <param name="evidence">What the provider states; null for nothing.</param>
    public static VrStanding Of(IEnumerable<VrCase> cases, Proto.MilestoneEvidence? evidence)
    {
        var latest = cases.Where(c => c.Status is not null).OrderBy(c => c.On).ThenBy(c => c.Id.Value).LastOrDefault();
        RequestValidator days = new();
        var stated = evidence is null ? null : days.OptionalDay("vr_document_date", evidence.VrDocumentDate);
        if (stated is { } on && evidence!.VrStatement != Proto.VrStatement.Unspecified && !(latest?.On >= on))
            return new(evidence.VrStatement == Proto.VrStatement.Paid ? VrStatus.Paid : VrStatus.Refused, on, null);
        return latest is null ? default
            : new(latest.Status, latest.Status is VrStatus.Ineligible or VrStatus.Closed ? latest.On : null, latest.Id);
    }
}

/// <summary>Keeps <see cref="VrCase"/>, and decides again what rests on it.</summary>
public sealed class FollowReferral(BillingDb db, Requests requests, ReconsiderClaimLines lines, TimeProvider clock)
{
    public async Task Handle(ReferralMovedV1 moved, IProcessedOnce message, CancellationToken cancellationToken)
    {
        if (!(await lines.Gather([await db.Survivor(moved.IndividualId, cancellationToken)], cancellationToken)).Is(out var evidence, out var problem))
            throw new ProblemException(problem);
        await requests.Run(message, async s =>
        {
            // read
            var stored = await db.VrCases.AsNoTracking().SingleOrDefaultAsync(c => c.Id == moved.ReferralId, s);
            var person = stored?.IndividualId ?? (await db.Account(moved.IndividualId, moved.Provider, s)).IndividualId;

            // decide
            Changes changes = new(clock.GetUtcNow());
            if (stored is null)
            {
                stored = changes.Insert(new VrCase
                {
                    Id = moved.ReferralId,
                    IndividualId = person,
                    Provider = moved.Provider,
                    Program = moved.Program,
                    State = moved.ToState,
                    On = moved.On,
                    Sequence = moved.Sequence,
                    ChangedAt = moved.OccurredAt,
                });
            }
            else if (stored.IsBefore(moved))
            {
                // A correction of personal data repeats the state: the day of the step stays.
                stored.On = stored.State == moved.ToState ? stored.On : moved.On;
                (stored.Sequence, stored.ChangedAt) = (moved.Sequence, moved.OccurredAt);
                stored.State = moved.ToState;
                changes.Update(stored);
            }
            else
            {
                return changes;
            }

            return (await lines.DecideAgain(changes, person, evidence, new() { Cases = [stored] }, s)).Then(_ => changes);
        }, cancellationToken);
    }
}

internal sealed class VrCaseMap : IEntityTypeConfiguration<VrCase>
{
    public void Configure(EntityTypeBuilder<VrCase> referral)
    {
        referral.ToTable("vr_cases").HasKey(c => c.Id);
        referral.Ignore(c => c.Status);
        referral.HasIndex(c => c.IndividualId);
    }
}
