using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Staffing.V1;
using Ips.X12;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Sending;

/// <summary>How the provider bills a payer.</summary>
internal sealed record Terms(Proto.BillingProfileContent Profile, Proto.PayerEnrollment Payer, CompanionProfile Companion);

/// <summary>Reads what claims are made of.</summary>
public sealed class SendRecords(
    BillingDb db, Caller caller, EligibilityClient eligibility, Staff.StaffClient staff, PersonalDataProtector protector)
{
    private const int AtOnce = 20;

    /// <summary>How the provider bills the payer on a day.</summary>
    internal async Task<Result<Terms>> Terms(string payer, DateOnly today, CancellationToken cancellationToken)
    {
        var profile = await db.BillingProfiles.AsNoTracking().Where(p => p.Provider == caller.Organization && p.From <= today)
            .OrderByDescending(p => p.From).ThenByDescending(p => p.RecordedAt).FirstOrDefaultAsync(cancellationToken);
        if (profile is null)
            return new Problem.Conflict("billing profile", $"none is recorded that counts on {today.Day()}; RecordBillingProfile first");
        var content = profile.Content(protector);
        if (content.Payers.FirstOrDefault(p => p.Payer == new OrganizationCode(payer).Name) is not { } enrolled)
            return new Problem.Conflict("billing profile", $"it names no enrolment with organizations/{payer}; record a profile with it");
        return new Terms(content, enrolled, Companions.Find(enrolled.Companion)!);
    }

    /// <summary>What is known about the person, the staff member, the diagnoses and the place of each.</summary>
    internal async Task<Result<Dictionary<ClaimLineId, SendEvidence>>> Gather(IReadOnlyList<ToSend> sends, CancellationToken cancellationToken)
    {
        var people = sends.Select(s => s.Individual).Distinct().ToList();
        Dictionary<IndividualId, Individual?> persons = [];
        foreach (var some in people.Chunk(AtOnce))
        {
            var answers = await Task.WhenAll(some.Select(id => eligibility.Get(id, cancellationToken)));
            foreach (var (id, answer) in some.Zip(answers))
            {
                if (!Known(answer).Is(out var person, out var problem))
                    return problem;
                persons[id] = person.Value;
            }
        }

        Dictionary<StaffMemberId, StaffMember?> members = [];
        foreach (var id in sends.Select(s => s.Staff).Distinct())
        {
            var answer = await staff.GetStaffMemberAsync(new() { Name = id.Name }, cancellationToken: cancellationToken).Answer("staffing", "staff member",
                id.Name);
            if (!Known(answer).Is(out var member, out var problem))
                return problem;
            members[id] = member.Value;
        }

        var facts = await db.ClaimFacts.AsNoTracking().Where(f => people.Contains(f.IndividualId)).ToListAsync(cancellationToken);
        var ofLines = sends.Select(s => s.Line).ToList();
        var others = (await db.OtherPayerDecisions.AsNoTracking().Where(d => ofLines.Contains(d.ClaimLineId)).ToListAsync(cancellationToken))
            .ToLookup(d => d.ClaimLineId);
        var places = await Places([.. sends.Select(s => s.Line)], cancellationToken);
        return sends.DistinctBy(s => s.Line).ToDictionary(s => s.Line, s => new SendEvidence(persons[s.Individual], members[s.Staff],
            ClaimFacts.For(facts, s.Individual, s.Service, s.Milestone)?.Content(protector),
            others[s.Line].OrderByDescending(d => d.RecordedAt).ThenByDescending(d => d.Id.Value).FirstOrDefault()?.Content(protector),
            places.TryGetValue(s.Line, out var place) ? place : null));
    }

    /// <summary>Where the first note of each line says that the service was given.</summary>
    private async Task<Dictionary<ClaimLineId, PlaceOfService>> Places(List<ClaimLineId> lines, CancellationToken cancellationToken)
    {
        var ofNotes = await db.LineNotes.Where(n => lines.Contains(n.ClaimLineId)).Select(n => new { n.ClaimLineId, n.NoteId }).ToListAsync(cancellationToken);
        var ofMilestones = await db.ClaimLines.Where(l => lines.Contains(l.Id) && l.MilestoneId != null)
            .SelectMany(l => db.Milestones.Where(m => m.Id == l.MilestoneId).SelectMany(m => m.Notes).Where(n => n.ServiceDate == l.ServiceDate)
                .Select(n => new { ClaimLineId = l.Id, n.NoteId })).ToListAsync(cancellationToken);
        var of = ofNotes.Concat(ofMilestones).ToLookup(n => n.ClaimLineId, n => n.NoteId);
        var ids = of.SelectMany(n => n).Distinct().ToList();
        var notes = (await db.ServiceNotes.AsNoTracking().Where(n => ids.Contains(n.Id)).ToListAsync(cancellationToken))
            .ToDictionary(n => n.Id, n => n.OpenElements(protector).PlaceOfService);
        return of.Select(line => (line.Key, Place: line.Select(n => notes.GetValueOrDefault(n)).FirstOrDefault(p => p != PlaceOfService.Unspecified)))
            .Where(line => line.Place != PlaceOfService.Unspecified).ToDictionary(line => line.Key, line => line.Place);
    }

    // What the caller does not find is a finding of the claim; a service that does not answer ends the request.
    private static Result<Found<T>> Known<T>(Result<T> answer) where T : class => answer.Is(out var found, out var problem) ? new Found<T>(found)
        : problem is Problem.NotFound ? new Found<T>(null) : problem;

    private readonly record struct Found<T>(T? Value) where T : class;
}
