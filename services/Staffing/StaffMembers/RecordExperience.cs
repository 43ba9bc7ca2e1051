using Ips.Contracts;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.StaffMembers;

/// <summary>Adds a span of work to a staff member's record.</summary>
public sealed class RecordExperience(StaffRecords records, Gatekeeper gate, Requests requests, TimeProvider clock)
{
    public Task<Result<Proto.Experience>> Handle(Proto.RecordExperienceRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        var given = request.Experience ?? new();
        fields.Require(given.Kinds.Count > 0, "experience.kinds", "is missing; send at least one kind");
        fields.Choices("experience.kinds", given.Kinds);
        var from = fields.Day("experience.from", given.From);
        var through = fields.OptionalDay("experience.through", given.Through);
        fields.Number("experience.hours_per_week", given.HoursPerWeek, 1, 100);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Experience>>(bad);
        List<string> kinds = [.. given.Kinds.Distinct().Select(kind => WireCode.Upper(kind)!).Order(StringComparer.Ordinal)];
        return requests.Run<Proto.Experience>(request.RequestId, request, async s =>
        {
            // read
            if (await records.Read(id, s) is not { Member: var member } found)
                return new Problem.NotFound("staff member", request.StaffMember);

            // decide
            if (member.Experience.Exists(e => e.Counts && e.From == from && e.Through == through && e.Kinds.SequenceEqual(kinds)))
                return new Problem.Exists("experience", "of these kinds and this span");

            // write
            Changes changes = new(clock.GetUtcNow());
            changes.Update(member);
            var before = gate.Of(found);
            var span = changes.Insert(new ExperienceSpan
            {
                Id = Guid.CreateVersion7(changes.Now),
                StaffMemberId = id,
                Kinds = kinds,
                From = from,
                Through = through,
                HoursPerWeek = given.HoursPerWeek,
                RecordedAt = changes.Now,
            });
            member.Experience.Add(span);
            gate.Publish(before, found, changes);
            return new Decided<Proto.Experience>(span.ToProto(), changes);
        }, cancellationToken);
    }
}
