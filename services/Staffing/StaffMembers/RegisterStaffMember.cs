using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.StaffMembers;

/// <summary>Records a staff member of the caller's organization.</summary>
public sealed class RegisterStaffMember(StaffingDb db, Requests requests, Caller caller, PersonalDataProtector protector, TimeProvider clock)
{
    public Task<Result<Proto.StaffMember>> Handle(Proto.RegisterStaffMemberRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var provider = fields.Organization("provider", request.Provider);
        var name = fields.Text("display_name", request.DisplayName, 200);
        var hired = fields.Day("hire_date", request.HireDate);
        if (request.HasVocationalExperienceMonths)
            fields.Number("vocational_experience_months", request.VocationalExperienceMonths, 0, 1200);
        var particulars = request.Particulars ?? new();
        var identity = StaffParticulars.Read(fields, particulars);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.StaffMember>>(bad);
        if (provider != caller.Organization)
            return Task.FromResult<Result<Proto.StaffMember>>(new Problem.Forbidden("a provider records staff of its own organization"));
        return requests.Run(request.RequestId, request, s => Register(provider, name, hired, identity, request, s), cancellationToken);
    }

    private async Task<Result<Decided<Proto.StaffMember>>> Register(
        string provider, string name, DateOnly hired, StaffIdentity identity, Proto.RegisterStaffMemberRequest request, CancellationToken cancellationToken)
    {
        // read
        if (!await db.Organizations.AnyAsync(o => o.Code == provider && o.State == Proto.OrganizationState.Active, cancellationToken))
            return new Problem.Invalid("provider", "is not an organization on file; record the organization first");

        // write
        Changes changes = new(clock.GetUtcNow());
        var member = changes.Insert(new StaffMember
        {
            Id = StaffMemberId.New(clock),
            Provider = provider,
            EncryptedDisplayName = protector.Protect(name),
            HireDate = hired,
            VocationalExperienceMonths = request.HasVocationalExperienceMonths ? request.VocationalExperienceMonths : null,
            Education = request.Education,
            RecordedAt = changes.Now,
        });
        member.Apply(identity, request.Particulars ?? new(), protector);
        changes.Publish(new StaffMemberRegisteredV1 { StaffMemberId = member.Id, Provider = provider, HireDate = hired });
        return new Decided<Proto.StaffMember>(member.ToProto(protector, all: true), changes);
    }
}
