namespace Ips.Staffing.Db;

/// <summary>A row about staff of one provider: visible to it and to payers with a contract in force.</summary>
public interface IOfProvider
{
    /// <summary>Code of the provider.</summary>
    string Provider { get; }
}
