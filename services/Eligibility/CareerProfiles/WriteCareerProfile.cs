using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.CareerProfiles;

/// <summary>
/// Starts a Career Profile and writes its next versions. Missing parts stay empty: <see cref="CheckDocumentation"/> lists what a program misses.
/// </summary>
public sealed class WriteCareerProfile(
    EligibilityDb db, IndividualReader people, Requests requests, Caller caller, PersonalDataProtector protector, TimeProvider clock)
{
    private const int Longest = 4000;

    public Task<Result<Proto.CareerProfile>> Handle(Proto.CreateCareerProfileRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IndividualId>("individual", request.Individual);
        var first = Read(fields, CareerProfileId.New(clock), request.DatedOn, request.Content);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.CareerProfile>>(bad);
        return requests.Run(request.RequestId, request, async s =>
        {
            // read
            if (await people.Find(caller, id, s) is not { } individual)
                return new Problem.NotFound("individual", request.Individual);
            if (await db.CareerProfiles.Where(p => p.IndividualId == individual.Id).Select(p => (CareerProfileId?)p.Id).FirstOrDefaultAsync(s) is { } there)
                return new Problem.Exists("career profile", there.Name);

            // write
            // The person's version is raised, so that of two profiles started at the same time the second one sees the first.
            Changes changes = new(clock.GetUtcNow());
            changes.Update(individual);
            var profile = changes.Insert(new CareerProfile
            {
                Id = first.ProfileId,
                IndividualId = individual.Id,
                Provider = individual.Provider,
                Versions = { first },
            });
            changes.Insert(first);
            return (Result<Decided<Proto.CareerProfile>>)new Decided<Proto.CareerProfile>(profile.ToProto(first, protector), changes);
        }, cancellationToken);
    }

    public Task<Result<Proto.CareerProfile>> Handle(Proto.ReviseCareerProfileRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<CareerProfileId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        var given = Read(fields, id, request.DatedOn, request.Content);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.CareerProfile>>(bad);
        return requests.Run(request.RequestId, request, async s =>
        {
            if (await db.CareerProfiles.AsNoTracking().AsSingleQuery().Include(p => p.Versions).SingleOrDefaultAsync(p => p.Id == id, s) is not { } profile)
                return new Problem.NotFound("career profile", request.Name);
            if (profile.Etag() != request.Etag)
                return new Problem.Stale("career profile", request.Name);
            if (Problem.Invalid.IfBefore("dated_on", given.DatedOn, profile.Latest().DatedOn, "the version it follows") is { } early)
                return early;
            // The key of profile and version makes one of two concurrent revisions fail.
            Changes changes = new(clock.GetUtcNow());
            var next = changes.Insert(given with { Version = profile.Latest().Version + 1 });
            profile.Versions.Add(next);
            return (Result<Decided<Proto.CareerProfile>>)new Decided<Proto.CareerProfile>(profile.ToProto(next, protector), changes);
        }, cancellationToken);
    }

    private CareerProfileVersion Read(RequestValidator fields, CareerProfileId profile, string datedOn, Proto.CareerProfileContent? content)
    {
        var day = fields.Day("dated_on", datedOn);
        fields.Require(content is not null, "content", "is missing; send the whole content");
        content ??= new();
        foreach (var (name, text) in Texts(content))
            fields.Require(text.Length <= Longest, $"content.{name}", $"has {text.Length} characters; send at most {Longest}");
        fields.Require(content.Goals.Count <= 20, "content.goals", "has more than 20 goals");
        foreach (var (i, goal) in content.Goals.Index())
            fields.Require(goal.Length is > 0 and <= Longest, $"content.goals[{i}]", $"is empty or longer than {Longest} characters");
        fields.Require(content.Services.Count <= 50, "content.services", "has more than 50 services");
        fields.Require(Enum.IsDefined(content.Disclosure), "content.disclosure", "is not a value of the contract");
        fields.Require(content.AssessmentSessions.Count <= 50, "content.assessment_sessions", "has more than 50 sessions");
        foreach (var (i, session) in content.AssessmentSessions.Index())
        {
            var held = fields.Day($"content.assessment_sessions[{i}]", session);
            fields.Require(held <= day, $"content.assessment_sessions[{i}]", "lies after the day of the version");
        }

        foreach (var (i, service) in content.Services.Index())
        {
            fields.Require(service.Intervention.Length is > 0 and <= 200, $"content.services[{i}].intervention", "is missing or longer than 200 characters");
            fields.Number($"content.services[{i}].contacts", service.Contacts, 0, 100);
            fields.Number($"content.services[{i}].minutes", service.Minutes, 0, 1440);
            fields.Require(Enum.IsDefined(service.Period), $"content.services[{i}].period", "is not a value of the contract");
        }

        return new(profile, 1, day, CareerProfileVersion.Encrypt(protector, content), clock.GetUtcNow(), caller.Organization);
    }

    private static IEnumerable<(string Name, string Text)> Texts(Proto.CareerProfileContent content) =>
        Proto.CareerProfileContent.Descriptor.Fields.InDeclarationOrder()
            .Where(f => f.FieldType == Google.Protobuf.Reflection.FieldType.String && !f.IsRepeated)
            .Select(f => (f.Name, (string)f.Accessor.GetValue(content)));
}
