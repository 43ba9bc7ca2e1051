namespace Ips.Policies.Authorizations;

/// <summary>Which rule permits and which one ends an authorization of a kind.</summary>
public static class AuthorizationDuties
{
    /// <summary>The rule that permits service under an authorization of the kind.</summary>
    public static RuleDuty OfService(RequestKind kind) => kind switch
    {
        RequestKind.M2 => RuleDuty.AuthorizationOfM2,
        RequestKind.M6 => RuleDuty.AuthorizationOfM6,
        _ => RuleDuty.Authorization,
    };

    /// <summary>The rule that counts from the last day of an authorization of the kind: only one of IPS is renewed.</summary>
    public static RuleDuty OfEnd(RequestKind kind) => kind == RequestKind.Ips ? RuleDuty.RenewalRequest : OfService(kind);
}
