namespace Ips.Contracts;

/// <summary>An IPS team. On the wire <c>teams/{uuid}</c>.</summary>
public readonly record struct TeamId(Guid Value)
{
    /// <summary>The collection of its resource names.</summary>
    public const string Collection = "teams";

    /// <summary>The resource name, for example <c>teams/01900000-0000-7000-8000-000000000001</c>.</summary>
    public string Name => ResourceName.Of(Collection, Value);

    /// <summary>A new id, ordered by time.</summary>
    public static TeamId New(TimeProvider clock) => new(Guid.CreateVersion7(clock.GetUtcNow()));

    /// <summary>Reads a resource name; false when it is not one of this collection.</summary>
    public static bool TryParse(string? name, out TeamId id)
    {
        var read = ResourceName.TryParse(Collection, name, out var value);
        id = new(value);
        return read;
    }

    /// <summary>The bare id, for logs and columns.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A staff member. On the wire <c>staff/{uuid}</c>.</summary>
public readonly record struct StaffMemberId(Guid Value)
{
    /// <summary>The collection of its resource names.</summary>
    public const string Collection = "staff";

    /// <summary>The resource name, for example <c>staff/01900000-0000-7000-8000-000000000001</c>.</summary>
    public string Name => ResourceName.Of(Collection, Value);

    /// <summary>A new id, ordered by time.</summary>
    public static StaffMemberId New(TimeProvider clock) => new(Guid.CreateVersion7(clock.GetUtcNow()));

    /// <summary>Reads a resource name; false when it is not one of this collection.</summary>
    public static bool TryParse(string? name, out StaffMemberId id)
    {
        var read = ResourceName.TryParse(Collection, name, out var value);
        id = new(value);
        return read;
    }

    /// <summary>The bare id, for logs and columns.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A person's assignment to a staff member. On the wire <c>assignments/{uuid}</c>.</summary>
public readonly record struct AssignmentId(Guid Value)
{
    /// <summary>The collection of its resource names.</summary>
    public const string Collection = "assignments";

    /// <summary>The resource name, for example <c>assignments/01900000-0000-7000-8000-000000000001</c>.</summary>
    public string Name => ResourceName.Of(Collection, Value);

    /// <summary>A new id, ordered by time.</summary>
    public static AssignmentId New(TimeProvider clock) => new(Guid.CreateVersion7(clock.GetUtcNow()));

    /// <summary>Reads a resource name; false when it is not one of this collection.</summary>
    public static bool TryParse(string? name, out AssignmentId id)
    {
        var read = ResourceName.TryParse(Collection, name, out var value);
        id = new(value);
        return read;
    }

    /// <summary>The bare id, for logs and columns.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A person served; made of nothing about the person. On the wire <c>individuals/{uuid}</c>.</summary>
public readonly record struct IndividualId(Guid Value)
{
    /// <summary>The collection of its resource names.</summary>
    public const string Collection = "individuals";

    /// <summary>The resource name, for example <c>individuals/01900000-0000-7000-8000-000000000001</c>.</summary>
    public string Name => ResourceName.Of(Collection, Value);

    /// <summary>A new id, ordered by time.</summary>
    public static IndividualId New(TimeProvider clock) => new(Guid.CreateVersion7(clock.GetUtcNow()));

    /// <summary>Reads a resource name; false when it is not one of this collection.</summary>
    public static bool TryParse(string? name, out IndividualId id)
    {
        var read = ResourceName.TryParse(Collection, name, out var value);
        id = new(value);
        return read;
    }

    /// <summary>The bare id, for logs and columns.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A service order. On the wire <c>serviceOrders/{uuid}</c>.</summary>
public readonly record struct ServiceOrderId(Guid Value)
{
    /// <summary>The collection of its resource names.</summary>
    public const string Collection = "serviceOrders";

    /// <summary>The resource name, for example <c>serviceOrders/01900000-0000-7000-8000-000000000001</c>.</summary>
    public string Name => ResourceName.Of(Collection, Value);

    /// <summary>A new id, ordered by time.</summary>
    public static ServiceOrderId New(TimeProvider clock) => new(Guid.CreateVersion7(clock.GetUtcNow()));

    /// <summary>Reads a resource name; false when it is not one of this collection.</summary>
    public static bool TryParse(string? name, out ServiceOrderId id)
    {
        var read = ResourceName.TryParse(Collection, name, out var value);
        id = new(value);
        return read;
    }

    /// <summary>The bare id, for logs and columns.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A determination of eligibility. On the wire <c>determinations/{uuid}</c>.</summary>
public readonly record struct DeterminationId(Guid Value)
{
    /// <summary>The collection of its resource names.</summary>
    public const string Collection = "determinations";

    /// <summary>The resource name, for example <c>determinations/01900000-0000-7000-8000-000000000001</c>.</summary>
    public string Name => ResourceName.Of(Collection, Value);

    /// <summary>A new id, ordered by time.</summary>
    public static DeterminationId New(TimeProvider clock) => new(Guid.CreateVersion7(clock.GetUtcNow()));

    /// <summary>Reads a resource name; false when it is not one of this collection.</summary>
    public static bool TryParse(string? name, out DeterminationId id)
    {
        var read = ResourceName.TryParse(Collection, name, out var value);
        id = new(value);
        return read;
    }

    /// <summary>The bare id, for logs and columns.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A referral to the state vocational rehabilitation agency. On the wire <c>referrals/{uuid}</c>.</summary>
public readonly record struct ReferralId(Guid Value)
{
    /// <summary>The collection of its resource names.</summary>
    public const string Collection = "referrals";

    /// <summary>The resource name, for example <c>referrals/01900000-0000-7000-8000-000000000001</c>.</summary>
    public string Name => ResourceName.Of(Collection, Value);

    /// <summary>A new id, ordered by time.</summary>
    public static ReferralId New(TimeProvider clock) => new(Guid.CreateVersion7(clock.GetUtcNow()));

    /// <summary>Reads a resource name; false when it is not one of this collection.</summary>
    public static bool TryParse(string? name, out ReferralId id)
    {
        var read = ResourceName.TryParse(Collection, name, out var value);
        id = new(value);
        return read;
    }

    /// <summary>The bare id, for logs and columns.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A Career Profile with all its versions. On the wire <c>careerProfiles/{uuid}</c>.</summary>
public readonly record struct CareerProfileId(Guid Value)
{
    /// <summary>The collection of its resource names.</summary>
    public const string Collection = "careerProfiles";

    /// <summary>The resource name, for example <c>careerProfiles/01900000-0000-7000-8000-000000000001</c>.</summary>
    public string Name => ResourceName.Of(Collection, Value);

    /// <summary>A new id, ordered by time.</summary>
    public static CareerProfileId New(TimeProvider clock) => new(Guid.CreateVersion7(clock.GetUtcNow()));

    /// <summary>Reads a resource name; false when it is not one of this collection.</summary>
    public static bool TryParse(string? name, out CareerProfileId id)
    {
        var read = ResourceName.TryParse(Collection, name, out var value);
        id = new(value);
        return read;
    }

    /// <summary>The bare id, for logs and columns.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>An authorization and the request it came from. On the wire <c>authorizations/{uuid}</c>.</summary>
public readonly record struct AuthorizationId(Guid Value)
{
    /// <summary>The collection of its resource names.</summary>
    public const string Collection = "authorizations";

    /// <summary>The resource name, for example <c>authorizations/01900000-0000-7000-8000-000000000001</c>.</summary>
    public string Name => ResourceName.Of(Collection, Value);

    /// <summary>A new id, ordered by time.</summary>
    public static AuthorizationId New(TimeProvider clock) => new(Guid.CreateVersion7(clock.GetUtcNow()));

    /// <summary>Reads a resource name; false when it is not one of this collection.</summary>
    public static bool TryParse(string? name, out AuthorizationId id)
    {
        var read = ResourceName.TryParse(Collection, name, out var value);
        id = new(value);
        return read;
    }

    /// <summary>The bare id, for logs and columns.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>The note of one contact. On the wire <c>serviceNotes/{uuid}</c>.</summary>
public readonly record struct ServiceNoteId(Guid Value)
{
    /// <summary>The collection of its resource names.</summary>
    public const string Collection = "serviceNotes";

    /// <summary>The resource name, for example <c>serviceNotes/01900000-0000-7000-8000-000000000001</c>.</summary>
    public string Name => ResourceName.Of(Collection, Value);

    /// <summary>A new id, ordered by time.</summary>
    public static ServiceNoteId New(TimeProvider clock) => new(Guid.CreateVersion7(clock.GetUtcNow()));

    /// <summary>Reads a resource name; false when it is not one of this collection.</summary>
    public static bool TryParse(string? name, out ServiceNoteId id)
    {
        var read = ResourceName.TryParse(Collection, name, out var value);
        id = new(value);
        return read;
    }

    /// <summary>The bare id, for logs and columns.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A milestone of a person. On the wire <c>milestones/{uuid}</c>.</summary>
public readonly record struct MilestoneId(Guid Value)
{
    /// <summary>The collection of its resource names.</summary>
    public const string Collection = "milestones";

    /// <summary>The resource name, for example <c>milestones/01900000-0000-7000-8000-000000000001</c>.</summary>
    public string Name => ResourceName.Of(Collection, Value);

    /// <summary>A new id, ordered by time.</summary>
    public static MilestoneId New(TimeProvider clock) => new(Guid.CreateVersion7(clock.GetUtcNow()));

    /// <summary>Reads a resource name; false when it is not one of this collection.</summary>
    public static bool TryParse(string? name, out MilestoneId id)
    {
        var read = ResourceName.TryParse(Collection, name, out var value);
        id = new(value);
        return read;
    }

    /// <summary>The bare id, for logs and columns.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A line of a claim. On the wire <c>claimLines/{uuid}</c>.</summary>
public readonly record struct ClaimLineId(Guid Value)
{
    /// <summary>The collection of its resource names.</summary>
    public const string Collection = "claimLines";

    /// <summary>The resource name, for example <c>claimLines/01900000-0000-7000-8000-000000000001</c>.</summary>
    public string Name => ResourceName.Of(Collection, Value);

    /// <summary>A new id, ordered by time.</summary>
    public static ClaimLineId New(TimeProvider clock) => new(Guid.CreateVersion7(clock.GetUtcNow()));

    /// <summary>Reads a resource name; false when it is not one of this collection.</summary>
    public static bool TryParse(string? name, out ClaimLineId id)
    {
        var read = ResourceName.TryParse(Collection, name, out var value);
        id = new(value);
        return read;
    }

    /// <summary>The bare id, for logs and columns.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A fidelity review. On the wire <c>reviews/{uuid}</c>.</summary>
public readonly record struct ReviewId(Guid Value)
{
    /// <summary>The collection of its resource names.</summary>
    public const string Collection = "reviews";

    /// <summary>The resource name, for example <c>reviews/01900000-0000-7000-8000-000000000001</c>.</summary>
    public string Name => ResourceName.Of(Collection, Value);

    /// <summary>A new id, ordered by time.</summary>
    public static ReviewId New(TimeProvider clock) => new(Guid.CreateVersion7(clock.GetUtcNow()));

    /// <summary>Reads a resource name; false when it is not one of this collection.</summary>
    public static bool TryParse(string? name, out ReviewId id)
    {
        var read = ResourceName.TryParse(Collection, name, out var value);
        id = new(value);
        return read;
    }

    /// <summary>The bare id, for logs and columns.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A day by which something has to happen. On the wire <c>deadlines/{uuid}</c>.</summary>
public readonly record struct DeadlineId(Guid Value)
{
    /// <summary>The collection of its resource names.</summary>
    public const string Collection = "deadlines";

    /// <summary>The resource name, for example <c>deadlines/01900000-0000-7000-8000-000000000001</c>.</summary>
    public string Name => ResourceName.Of(Collection, Value);

    /// <summary>A new id, ordered by time.</summary>
    public static DeadlineId New(TimeProvider clock) => new(Guid.CreateVersion7(clock.GetUtcNow()));

    /// <summary>Reads a resource name; false when it is not one of this collection.</summary>
    public static bool TryParse(string? name, out DeadlineId id)
    {
        var read = ResourceName.TryParse(Collection, name, out var value);
        id = new(value);
        return read;
    }

    /// <summary>The bare id, for logs and columns.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A stored decision. On the wire the bare uuid, in <c>Decision.decision_id</c>.</summary>
public readonly record struct DecisionId(Guid Value)
{
    /// <summary>A new id, ordered by time.</summary>
    public static DecisionId New(TimeProvider clock) => new(Guid.CreateVersion7(clock.GetUtcNow()));

    /// <summary>The bare id, for logs and columns.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A person's record opened by break-glass. On the wire <c>disclosures/{uuid}</c>.</summary>
public readonly record struct DisclosureId(Guid Value)
{
    /// <summary>The collection of its resource names.</summary>
    public const string Collection = "disclosures";

    /// <summary>The resource name, for example <c>disclosures/01900000-0000-7000-8000-000000000001</c>.</summary>
    public string Name => ResourceName.Of(Collection, Value);

    /// <summary>A new id, ordered by time.</summary>
    public static DisclosureId New(TimeProvider clock) => new(Guid.CreateVersion7(clock.GetUtcNow()));

    /// <summary>Reads a resource name; false when it is not one of this collection.</summary>
    public static bool TryParse(string? name, out DisclosureId id)
    {
        var read = ResourceName.TryParse(Collection, name, out var value);
        id = new(value);
        return read;
    }

    /// <summary>The bare id, for logs and columns.</summary>
    public override string ToString() => Value.ToString();
}
