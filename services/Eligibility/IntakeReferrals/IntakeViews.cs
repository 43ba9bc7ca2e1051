using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Determinations;
using Ips.Eligibility.Individuals;
using Ips.Policies;
using Ips.Policies.Admission;
using Microsoft.EntityFrameworkCore;
using Common = Ips.Contracts.Common.V1;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.IntakeReferrals;

/// <summary>
/// Referrals as the contract shows them. What the admission still lacks comes from the program's rules: the decision is made on what is known today, and a
/// rule that then asks for facts is on the checklist. There is no list of its own.
/// </summary>
public sealed class IntakeViews(EligibilityDb db, IndividualReader people, PolicyService policies, Caller caller, PersonalDataProtector protector)
{
    /// <summary>Referrals for the agency, with age, next step and checklist.</summary>
    internal async Task<List<Proto.IntakeReferral>> Show(IReadOnlyList<IntakeReferral> referrals, CancellationToken cancellationToken)
    {
        var ids = referrals.Where(r => r.IndividualId is not null).Select(r => r.IndividualId!.Value).Distinct().ToList();
        var decided = ids.Count == 0 ? [] : (await db.Determinations.Where(d => ids.Contains(d.IndividualId)).Select(d => new { d.IndividualId, d.Program })
            .ToListAsync(cancellationToken)).Select(d => (d.IndividualId, d.Program)).ToHashSet();
        var found = await Task.WhenAll(ids.Select(id => people.Find(caller, id, cancellationToken)));
        var byId = ids.Zip(found).Where(p => p.Second is not null).ToDictionary(p => p.First, p => p.Second!);
        return
        [
            .. referrals.Select(referral => Show(
                referral, referral.IndividualId is { } id ? byId.GetValueOrDefault(id) : null,
                referral.IndividualId is { } person && decided.Contains((person, referral.Program)))),
        ];
    }

    /// <summary>A referral that has just been written.</summary>
    /// <param name="referral">The referral.</param>
    /// <param name="individual">The person, once there is one.</param>
    /// <param name="isDetermined">Whether the admission of the person is being decided.</param>
    internal Proto.IntakeReferral Show(IntakeReferral referral, Individual? individual, bool isDetermined)
    {
        var today = policies.Today(referral.Program)!.Value;
        var content = referral.Read(protector);
        Proto.IntakeReferral wire = new()
        {
            Name = referral.Id.Name,
            Etag = referral.Etag(),
            Provider = new OrganizationCode(referral.Provider).Name,
            Sender = new OrganizationCode(referral.Sender).Name,
            State = referral.State,
            Content = content ?? new() { Source = referral.Source, Program = referral.Program, Urgency = referral.Urgency },
            ReceivedOn = referral.ReceivedOn.Day(),
            Owner = referral.OwnerId?.Name ?? "",
            FirstContact = FirstContact(referral),
            AgeDays = Math.Max(0, (referral.EndedOn ?? today).DayNumber - referral.ReceivedOn.DayNumber),
            DeclineReason = referral.DeclineReason,
            Decision = referral.DecisionId is { } decision ? Receipts.NameOf(decision) : "",
            Individual = referral.IndividualId?.Name ?? "",
            CreateTime = referral.RecordedAt.ToTimestamp(),
        };
        if (!isDetermined && (referral.IsOpen || individual is not null))
            wire.Checklist.AddRange(Checklist(referral.Program, today, content, individual));
        wire.NextStep = NextStep(referral, isDetermined, wire.Checklist.Count);
        return wire;
    }

    private static Proto.IntakeStep NextStep(IntakeReferral referral, bool isDetermined, int lacking) => referral.State switch
    {
        Proto.IntakeReferralState.Received => Proto.IntakeStep.Contact,
        Proto.IntakeReferralState.Contacted => Proto.IntakeStep.Answer,
        Proto.IntakeReferralState.Accepted => referral.ContactedOn is null ? Proto.IntakeStep.Contact : Proto.IntakeStep.Convert,
        Proto.IntakeReferralState.Converted when !isDetermined => lacking > 0 ? Proto.IntakeStep.RecordFacts : Proto.IntakeStep.Determine,
        _ => Proto.IntakeStep.Unspecified,
    };

    private static Proto.FirstContact? FirstContact(IntakeReferral referral) => referral.ContactedOn is not { } on ? null : new()
    {
        On = on.Day(),
        Channel = referral.ContactedBy,
        StaffMember = referral.ContactStaffId?.Name ?? "",
        Role = referral.ContactRole,
        Days = referral.DaysToFirstContact!.Value,
        Definition = FirstContactDefinition.For(referral.ReceivedOn).ToString(),
    };

    private IEnumerable<Common.Finding> Checklist(string program, DateOnly today, Proto.IntakeReferralContent? content, Individual? individual)
    {
        RequestValidator fields = new();
        var facts = individual is null
            ? new AdmissionFacts { BirthDate = fields.OptionalDay("birth_date", content?.Person?.BirthDate) }
            : AdmissionEvidence.Of(individual, Person.Decrypt(protector, individual), policies.TextOn(program, today), today);
        return policies.Decide(program, AdmissionDecision.Kind, today, facts).Is(out var decided, out _)
            ? decided.ToProto(stored: false).Findings.Where(f => f.Deciding && f.Verdict == Common.Verdict.NeedsFacts)
            : [];
    }
}

/// <summary>A referral as its sender sees it.</summary>
internal static class SentIntakeProtos
{
    public static Proto.SentIntakeReferral ToSent(this IntakeReferral referral) => new()
    {
        Name = referral.Id.Name,
        Etag = referral.Etag(),
        Provider = new OrganizationCode(referral.Provider).Name,
        Program = referral.Program,
        State = referral.State,
        ReceivedOn = referral.ReceivedOn.Day(),
        FirstContactOn = referral.ContactedOn.Day(),
        CreateTime = referral.RecordedAt.ToTimestamp(),
    };
}
