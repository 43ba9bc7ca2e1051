using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Determinations;
using Ips.Eligibility.Individuals;
using Ips.Policies;
using Ips.Policies.Schedules;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.CareerProfiles;

/// <summary>
/// Whether the documents that a program requires are on file and complete on a day. The packs contain most of these rules as recorded rules or definitions, so no
/// decision computes them. This class checks the documents; the pack provides the rule, its citation and the contents of a Career Profile. By when the first
/// assessment is due is decided.
/// </summary>
public sealed class CheckDocumentation(EligibilityDb db, PolicyService policies, PersonalDataProtector protector)
{
    private static readonly SupportContact[] Assessments = [SupportContact.FirstAssessment, SupportContact.AssessmentSessions];

    public async Task<Result<Proto.CheckDocumentationResponse>> Handle(Proto.CheckDocumentationRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IndividualId>("individual", request.Individual);
        var today = policies.Today(fields, "program", request.Program);
        var day = fields.OptionalDay("as_of", request.AsOf) ?? today;
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Load(id, cancellationToken) is not { } individual)
            return new Problem.NotFound("individual", request.Individual);
        var profiles = await db.CareerProfiles.AsNoTracking().Include(p => p.Versions).Where(p => p.IndividualId == individual.Id)
            .ToListAsync(cancellationToken);
        var (profile, version) = profiles.SelectMany(p => p.Versions.Select(v => (Profile: p, Version: v))).Where(p => p.Version.DatedOn <= day)
            .OrderByDescending(p => p.Version.DatedOn).ThenByDescending(p => p.Version.Version).FirstOrDefault();

        Proto.CheckDocumentationResponse reply = new() { CareerProfile = profile?.Id.Name ?? "", Version = version?.Version ?? 0 };
        var program = policies.Engine.Programs[request.Program];
        foreach (var (duty, missing, because) in Check(individual, program.On(day), version?.Decrypt(protector), version, day))
        {
            if (program.RuleFor(duty) is { } entry && entry.InForce(day))
            {
                var met = missing.Count == 0;
                reply.Findings.Add(new Finding(entry, met ? Verdict.Met : Verdict.NeedsFacts, true, because, missing,
                    met ? null : $"recorded: {string.Join(", ", missing)}").ToProto());
            }
        }

        foreach (var contact in Assessments.Where(contact => SupportContactDecision.Has(program, contact)))
        {
            if (!(await Assessment(contact, individual.Id, request.Program, day, profiles, cancellationToken)).Is(out var assessment, out var problem))
                return problem;
            reply.Findings.AddRange(assessment.Decision.Findings.Select(f => f.ToProto()));
        }

        reply.Complete = reply.Findings.All(f => f.Verdict == Contracts.Common.V1.Verdict.Met);
        return reply;
    }

    /// <summary>
    /// The first employment assessment: the first Career Profile of the person's present episode, counted from the admission, and the sessions that the latest
    /// version with sessions lists.
    /// </summary>
    private async Task<Result<DecisionRecord>> Assessment(
        SupportContact contact, IndividualId person, string program, DateOnly day, List<CareerProfile> profiles, CancellationToken cancellationToken)
    {
        var decided = await db.Determinations.AsNoTracking().Where(d => d.IndividualId == person && d.Program == program && d.DecidedAt != null)
            .Select(d => new { d.State, d.AsOf, d.DecidedAt, d.EligibleThrough }).ToListAsync(cancellationToken);
        var start = Episode.On(day, decided.OrderBy(d => d.AsOf).ThenBy(d => d.DecidedAt).Select(d => (d.State, d.AsOf, d.EligibleThrough)))?.From;
        var versions = profiles.SelectMany(p => p.Versions).ToList();
        return policies.Decide(program, SupportContactDecision.Kind, day, new SupportContactFacts
        {
            Contact = contact,
            StartedOn = start,
            Contacts = contact == SupportContact.FirstAssessment ? [.. versions.Select(v => new ContactOnFile(v.DatedOn))]
                : Sessions(versions.Where(v => v.DatedOn >= start && v.DatedOn <= day)),
        });
    }

    private IReadOnlyList<ContactOnFile>? Sessions(IEnumerable<CareerProfileVersion> versions)
    {
        RequestValidator days = new();
        return versions.OrderByDescending(v => v.DatedOn).ThenByDescending(v => v.Version).Select(v => v.Decrypt(protector).AssessmentSessions)
            .FirstOrDefault(listed => listed.Count > 0)?.Select(session => new ContactOnFile(days.Day("", session))).ToList();
    }

    private static IEnumerable<(RuleDuty Duty, List<string> Missing, string Because)> Check(
        Individual individual, PackDay text, Proto.CareerProfileContent? content, CareerProfileVersion? version, DateOnly day)
    {
        var dated = version is null ? $"no Career Profile dated on or before {day.Day()}"
            : $"Career Profile version {version.Version} of {version.DatedOn.Day()}";
        yield return (RuleDuty.CareerProfileOnFile, version is null ? ["career_profile"] : [], dated);
        yield return (RuleDuty.CareerProfileContents, Missing(content ?? new(), text), dated);
        var planned = content?.Services.Count(s => s is { Contacts: > 0, Period: not Proto.ServicePeriod.Unspecified, Minutes: > 0 }) ?? 0;
        yield return (RuleDuty.PlannedIntensity, planned > 0 && planned == content!.Services.Count ? [] : ["services[].frequency_and_intensity"],
            $"{dated}; services with frequency and intensity: {planned} of {content?.Services.Count ?? 0}");
        yield return Crisis(individual, day);
        if (Plan(individual, day) is { } plan)
            yield return plan;
    }

    private static (RuleDuty, List<string>, string) Crisis(Individual individual, DateOnly day)
    {
        var cover = individual.CrisisCoverages.Where(c => c.AgreedOn <= day && !(c.Through < day)).MaxBy(c => c.AgreedOn);
        return (RuleDuty.CrisisCoverage, cover is null ? ["crisis_coverage"] : [],
            cover is null ? $"no arrangement for crises covers {day.Day()}" : $"crisis cover by {cover.Organization}, agreed {cover.AgreedOn.Day()}");
    }

    /// <summary>Only with an enhanced service: the integrated plan lists employment and has the profile attached.</summary>
    private static (RuleDuty, List<string>, string)? Plan(Individual individual, DateOnly day)
    {
        if (individual.OtherServices.Where(s => s is { Service: "enhanced_service", Absent: false } && s.Covers(day)).MaxBy(s => s.From) is not { } enhanced)
            return null;
        var plan = individual.Plans.Where(p => p.DatedOn <= day).MaxBy(p => p.DatedOn);
        List<string> missing = plan is null ? ["plan"] : [];
        if (plan is { ListsEmployment: false })
            missing.Add("plan.lists_employment");
        if (plan is { CareerProfileAttached: false })
            missing.Add("plan.career_profile_attached");
        var found = plan is null ? $"no Person-Centered Plan dated on or before {day.Day()}" : $"Person-Centered Plan of {plan.DatedOn.Day()}";
        return (RuleDuty.PlanWithEnhancedService, missing, $"enhanced service from {enhanced.From.Day()}; {found}");
    }

    // The pack lists the contents by the names of their fields.
    private static List<string> Missing(Proto.CareerProfileContent content, PackDay text) =>
        text.Pack.RuleFor(RuleDuty.CareerProfileContents) is { } rule
        && text.TryValue(Parameter<IReadOnlyList<string>>.Of(rule.Id, "contents"), out var names)
            ? [.. names.Where(name => IsBlank(Proto.CareerProfileContent.Descriptor.FindFieldByName(name).Accessor.GetValue(content)))] : [];

    private static bool IsBlank(object field) => string.IsNullOrWhiteSpace(field is IEnumerable<string> texts ? string.Concat(texts) : (string)field);
}
