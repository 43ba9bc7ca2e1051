using Ips.Contracts;
using Ips.Contracts.Events;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Members;

/// <summary>Members and delegations as the contract shows them, as requests give them, and as they are published.</summary>
internal static class MemberProtos
{
    public static Proto.Member ToProto(this Member member, PersonalDataProtector protector) => new()
    {
        Name = member.Id.Name,
        Etag = member.Etag(),
        Organization = new OrganizationCode(member.Organization).Name,
        Issuer = member.Issuer,
        Subject = member.Subject,
        Roles = { member.Roles.Select(RoleOf) },
        StaffMember = member.StaffMemberId?.Name ?? "",
        From = member.From.Day(),
        Through = member.Through.Day(),
        Reason = member.EncryptedReason is { } reason ? protector.Unprotect(reason) : "",
    };

    public static Proto.Delegation ToProto(this Delegation delegation) => new()
    {
        Name = delegation.Id.Name,
        Etag = delegation.Etag(),
        Member = delegation.MemberId.Name,
        StaffMember = delegation.StaffMemberId.Name,
        From = delegation.From.Day(),
        Through = delegation.Through.Day(),
    };

    public static List<string> Roles(this RequestValidator fields, string field, IReadOnlyList<Proto.MemberRole> roles)
    {
        fields.Require(roles.Count > 0, field, "is empty; send at least one role");
        fields.Require(roles.All(role => role != Proto.MemberRole.Unspecified && Enum.IsDefined(role)), field, "has a role that the contract does not know");
        return fields.Problem is null ? [.. roles.Distinct().Order().Select(role => WireCode.Upper(role)!)] : [];
    }

    public static void PublishChange(this Changes changes, Member member) => member.ChangedAt = changes.Publish(new MemberChangedV1
    {
        MemberId = member.Id,
        Organization = member.Organization,
        AccountId = member.AccountId,
        Roles = member.Roles,
        StaffMemberId = member.StaffMemberId,
        From = member.From,
        Through = member.Through,
    }).OccurredAt;

    public static void PublishChange(this Changes changes, Delegation delegation) => delegation.ChangedAt = changes.Publish(new DelegationChangedV1
    {
        DelegationId = delegation.Id,
        MemberId = delegation.MemberId,
        StaffMemberId = delegation.StaffMemberId,
        From = delegation.From,
        Through = delegation.Through,
    }).OccurredAt;

    private static Proto.MemberRole RoleOf(string code) => WireCode.TryRead<Proto.MemberRole>(code, out var role) ? role : default;
}
