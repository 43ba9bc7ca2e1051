namespace Ips.Platform.Rpc;

/// <summary>Knows the exceptions of a library that answer a request: the caller gets the problem, and no bug is reported.</summary>
public interface IFaultReader
{
    /// <summary>The problem that the exception is; null for an exception of another kind.</summary>
    Problem? Read(Exception fault);
}
