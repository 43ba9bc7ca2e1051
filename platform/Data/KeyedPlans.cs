namespace Ips.Platform.Data;

/// <summary>How PostgreSQL plans statements that reach rows by key.</summary>
public static class KeyedPlans
{
    /// <summary>
    /// For the rest of the transaction no table is read whole. PostgreSQL knows nothing of the size of a new table until it is analyzed, which may take a minute:
    /// it would plan to read it whole and keep that plan while the table grows. Sent with the batch that it is for, so it costs no round trip.
    /// </summary>
    public const string Use = "select set_config('enable_seqscan', 'off', true)";
}
