using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.StaffMembers;

/// <summary>Reads particulars of a staff member from a request and puts them on file: a field that was not sent stays as it is.</summary>
internal static class StaffParticulars
{
    /// <summary>Checks the fields; names come back in the spelling that is stored.</summary>
    public static StaffIdentity Read(RequestValidator fields, Proto.StaffParticulars given)
    {
        var birth = fields.OptionalDay("particulars.birth_date", given.BirthDate);
        fields.OptionalDay("particulars.first_service_date", given.FirstServiceDate);
        fields.Require(given.Npi.Length == 0 || StaffIdentity.IsNpi(given.Npi), "particulars.npi",
            "is not a national provider identifier; send 10 digits of which the last is the check digit");
        var from = fields.OptionalDay("particulars.npi_from", given.NpiFrom);
        fields.Require(from is null || given.Npi.Length > 0, "particulars.npi_from", "has no NPI beside it; send the new NPI");
        return new(
            given.GivenName.Length == 0 ? "" : fields.Text("particulars.given_name", given.GivenName, 100),
            given.FamilyName.Length == 0 ? "" : fields.Text("particulars.family_name", given.FamilyName, 100), birth, given.Npi, from);
    }

    /// <summary>Puts what was sent on file.</summary>
    public static void Apply(this StaffMember member, StaffIdentity identity, Proto.StaffParticulars given, PersonalDataProtector protector)
    {
        var before = StaffIdentity.Of(member, protector);
        var after = before.WithNpi(identity.Npi, identity.NpiFrom) with
        {
            GivenName = identity.GivenName.Length > 0 ? identity.GivenName : before.GivenName,
            FamilyName = identity.FamilyName.Length > 0 ? identity.FamilyName : before.FamilyName,
            BirthDate = identity.BirthDate ?? before.BirthDate,
        };
        if (after != before)
            (member.EncryptedIdentity, member.NpiKeys) = (after.Protect(protector), after.NpiKeys(protector));
        if (given.Profession != Proto.Profession.Unspecified)
            member.Profession = given.Profession;
        if (given.HasLicensed)
            member.Licensed = given.Licensed;
        if (given.HasMintTrainer)
            member.MintTrainer = given.MintTrainer;
        if (given.HasRecentEmploymentHistory)
            member.RecentEmploymentHistory = given.RecentEmploymentHistory;
        if (given.HasBillsCommunitySupport)
            member.BillsCommunitySupport = given.BillsCommunitySupport;
        if (new RequestValidator().OptionalDay("", given.FirstServiceDate) is { } first)
            member.FirstServiceDate = first;
    }
}
