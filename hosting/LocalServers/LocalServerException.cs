namespace LocalServers;

/// <summary>A local server cannot run on this machine. The message contains what was found, what is needed and what to do.</summary>
public sealed class LocalServerException(string message, Exception? inner = null) : Exception(message, inner);
