using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.ServiceDefaults;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.StaffMembers;

/// <summary>Records a staff member of the caller's organization.</summary>
public sealed class RegisterStaffMember(StaffingDb db, Once once, Caller caller, Particulars particulars, TimeProvider clock)
{
    public Task<Result<Wire.StaffMember>> Handle(Wire.RegisterStaffMemberRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var provider = fields.Organization("provider", ask.Provider);
        fields.Text("display_name", ask.DisplayName, 200);
        var hired = fields.Day("hire_date", ask.HireDate);
        if (ask.HasVocationalExperienceMonths)
            fields.Number("vocational_experience_months", ask.VocationalExperienceMonths, 0, 1200);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Wire.StaffMember>>(bad);
        if (provider != caller.Organization)
            return Task.FromResult<Result<Wire.StaffMember>>(new Problem.Forbidden("a provider records staff of its own organization"));
        return once.Run(ask.RequestId, ask, s => Register(provider, hired, ask, s), stop);
    }

    private async Task<Result<Wire.StaffMember>> Register(string provider, DateOnly hired, Wire.RegisterStaffMemberRequest ask, CancellationToken stop)
    {
        if (!await db.Organizations.AnyAsync(o => o.Code == provider, stop))
            return new Problem.Invalid("provider", "is not an organization on file; record the organization first");
        var now = clock.GetUtcNow();
        StaffMember member = new()
        {
            Id = StaffMemberId.New(clock),
            Provider = provider,
            Sealed = particulars.Seal(ask.DisplayName),
            HireDate = hired,
            VocationalExperienceMonths = ask.HasVocationalExperienceMonths ? ask.VocationalExperienceMonths : null,
            Education = ask.Education,
            RecordedAt = now,
        };
        db.Staff.Add(member);
        db.Add(new StaffMemberRegisteredV1(Guid.CreateVersion7(now), now, member.Id.Value, provider, hired));
        await db.SaveChangesAsync(stop);
        return member.ToWire(particulars);
    }
}
