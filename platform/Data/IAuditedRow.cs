namespace Ips.Platform.Data;

/// <summary>A row that is about no person, and whose changes are kept in the audit log all the same.</summary>
public interface IAuditedRow
{
    /// <summary>The id under which the audit log has it.</summary>
    Guid AuditedAs { get; }
}
